"""`shakedown new` gives a file that lint accepts as it is, and with its method uncommented."""

from pathlib import Path

import pytest

from harness.model.errors import UsageError
from harness.run.gate import context
from harness.scenario.draft import draft
from harness.scenario.problems import ScenarioErrors
from tests.scenario.writing import messages, write

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


def test_its_method_can_be_uncommented(tmp_path: Path) -> None:
    text = draft(write(tmp_path, WORKFLOW, "flow.yaml"), "mine")
    lines = [line.removeprefix("# ") if line.startswith(("# method", "#   ")) else line for line in text.splitlines()]
    assert any(line.startswith("method:") for line in lines)
    assert messages(write(tmp_path, "\n".join(lines) + "\n", "mine.yaml")) == []


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


@pytest.mark.parametrize("name", ["Bad Name", "bad_name", "-x", "x" * 51, ""])
def test_a_name_that_lint_refuses_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"lower-case letters and digits, joined by single dashes.*--name [a-z-]+$"):
        draft(write(tmp_path, WORKFLOW, "flow.yaml"), name)


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
