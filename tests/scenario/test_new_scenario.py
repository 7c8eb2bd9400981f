"""`shakedown new` gives a file that lint accepts as it is, and with its method uncommented."""

from pathlib import Path

import pytest

from harness.model.errors import UsageError
from harness.run.gate import context
from harness.scenario.draft import draft
from harness.scenario.load import load
from harness.scenario.problems import ScenarioErrors
from harness.scenario.types import LONGEST_NAME
from tests.scenario.writing import messages, write

SEEDS = Path(__file__).parents[2] / "scenarios" / "seeds"
WORKFLOW = """\
# somebody's own remark
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: mine-}
spec:
  entrypoint: all
  templates:
  - name: all
    steps: [[{name: one, template: work}]]
  - name: work
    retryStrategy: {limit: 3}
    script:
      image: alpine:3.18
      command: [sh]
      source: |
        echo one

        exit 0
"""


def test_the_draft_is_a_scenario(tmp_path: Path) -> None:
    text = draft(write(tmp_path, WORKFLOW, "My_Workflow.yaml"))
    assert text.splitlines()[:2] == ["# yaml-language-server: $schema=scenario.schema.json", "name: my-workflow"]
    assert messages(write(tmp_path, text, "my-workflow.yaml")) == []


def uncommented(text: str) -> str:
    parts = ("# method", "# waive", "#   ")
    return "".join(f"{line.removeprefix('# ') if line.startswith(parts) else line}\n" for line in text.splitlines())


def test_its_method_can_be_uncommented(tmp_path: Path) -> None:
    text = uncommented(draft(write(tmp_path, WORKFLOW, "flow.yaml"), "mine"))
    assert messages(write(tmp_path, text, "mine.yaml"), context("local")) == []
    scenario = load(tmp_path / "mine.yaml").scenario
    assert [step.verb for step in scenario.method] == ["delete-pod"]
    assert [waiver.invariant for waiver in scenario.waive] == ["terminal-nodes-stay"]


def test_what_it_proposes_is_waived_as_where_it_is_measured(tmp_path: Path) -> None:
    text = uncommented(draft(write(tmp_path, WORKFLOW, "flow.yaml"), "mine"))
    measured = load(SEEDS / "force-delete.yaml").scenario
    assert load(write(tmp_path, text, "mine.yaml")).scenario.waive == measured.waive


@pytest.mark.parametrize("name", ["a" * 60, "123", "yes", "Mixed.Case"])
def test_any_name_of_a_template_can_be_uncommented(tmp_path: Path, name: str) -> None:
    workflow = WORKFLOW.replace("template: work", f'template: "{name}"').replace("name: work", f'name: "{name}"')
    text = uncommented(draft(write(tmp_path, workflow, "flow.yaml"), "mine"))
    assert messages(write(tmp_path, text, "mine.yaml"), context("local")) == []


@pytest.mark.parametrize(
    ("strategy", "again"),
    [
        ("{limit: 3}", False),
        ("{limit: 3, retryPolicy: OnFailure}", False),
        ("{limit: 0, retryPolicy: Always}", False),
        ("{limit: 3, retryPolicy: OnError}", True),
        ("{retryPolicy: Always}", True),
        ("{limit: 3, expression: 'true'}", True),
    ],
)
def test_where_nothing_takes_up_a_lost_pod_that_is_said(tmp_path: Path, strategy: str, again: bool) -> None:
    workflow = WORKFLOW.replace("{limit: 3}", strategy)
    text = draft(write(tmp_path, workflow, "flow.yaml"), "mine")
    assert ("the workflow does not succeed" in text) is not again


def test_the_template_that_takes_up_a_lost_pod_is_preferred(tmp_path: Path) -> None:
    other = "  - name: other\n    retryStrategy: {retryPolicy: Always}\n    container: {image: alpine:3.18}\n"
    text = draft(write(tmp_path, WORKFLOW + other, "flow.yaml"), "mine")
    assert "other-loses-its-pod" in text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("kind: Workflow", "kind: CronWorkflow"), "kind: 'CronWorkflow' cannot be run here; allowed: Workflow"),
        (("kind: Workflow\n", ""), "this is no Kubernetes object: kind: Workflow is wanted"),
        (("entrypoint: all", "entrypoint: al"), "entrypoint: no template 'al' in the workflow, did you mean 'all'?"),
        (("script:", "suspend: {}\n    inputs:"), "no template of this workflow has a pod to disturb"),
    ],
)
def test_what_cannot_be_drawn_up(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(ScenarioErrors) as raised:
        draft(write(tmp_path, WORKFLOW.replace(*change), "flow.yaml"))
    assert [problem.message for problem in raised.value.problems] == [told]


@pytest.mark.parametrize("name", ["Bad Name", "bad_name", "-x", "x" * 57, ""])
def test_a_name_that_lint_refuses_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"lower-case letters and digits, joined by single dashes.*--name [a-z-]+$"):
        draft(write(tmp_path, WORKFLOW, "flow.yaml"), name)


def test_the_longest_name_that_lint_takes_is_the_longest_that_can_be_given(tmp_path: Path) -> None:
    name = "x" * LONGEST_NAME
    text = draft(write(tmp_path, WORKFLOW, "flow.yaml"), name)
    assert messages(write(tmp_path, text, f"{name}.yaml")) == []
    found = messages(write(tmp_path, text.replace(name, f"{name}x"), f"{name}x.yaml"))
    assert [message.endswith(f"is longer than {LONGEST_NAME} characters") for message in found] == [True]


@pytest.mark.parametrize("name", ["123", "null", "yes", "1e5", "2024-01-01"])
def test_a_name_that_yaml_takes_for_something_else_is_quoted(tmp_path: Path, name: str) -> None:
    text = draft(write(tmp_path, WORKFLOW, "flow.yaml"), name)
    assert messages(write(tmp_path, text, f"{name}.yaml")) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("alpine:3.18", "busybox"), (13, "Kubernetes pulls 'busybox' every time")),
        (("alpine:3.18", "nginx"), (13, "the embedded cluster has no image 'nginx'")),
        (("retryStrategy:", "retryStrateg:"), (11, "unknown key 'retryStrateg'")),
    ],
)
def test_what_lint_refuses_is_told_in_the_users_own_file(
    tmp_path: Path, change: tuple[str, str], told: tuple[int, str]
) -> None:
    path = write(tmp_path, WORKFLOW.replace(*change), "flow.yaml")
    with pytest.raises(ScenarioErrors) as raised:
        draft(path, context=context("local"))
    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == (path, told[0])
    assert problem.message.startswith(told[1])


def test_a_workflow_that_takes_long_is_given_the_time(tmp_path: Path) -> None:
    before = WORKFLOW.partition("    script:")[0].replace("entrypoint: all", "entrypoint: work")
    sleeping = f'{before}    container: {{image: alpine:3.18, command: [sleep, "200"]}}\n'
    text = draft(write(tmp_path, sleeping, "flow.yaml"), context=context("local"))
    assert messages(write(tmp_path, text, "flow.yaml")) == []
