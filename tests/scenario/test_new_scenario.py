"""`shakedown new` gives a file that lint accepts as it is, and with its method uncommented."""

from pathlib import Path

import pytest

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
    assert text.splitlines()[1] == "name: my-workflow"
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
        (("script:", "suspend: {}\n    x:"), "no template of this workflow has a pod to disturb"),
    ],
)
def test_what_cannot_be_drawn_up(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(ScenarioErrors) as raised:
        draft(write(tmp_path, WORKFLOW.replace(*change), "flow.yaml"))
    assert [problem.message for problem in raised.value.problems] == [told]
