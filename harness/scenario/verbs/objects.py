"""What is done to the objects that Argo keeps its state in."""

from typing import Literal

from harness.scenario.verbs.verb import ResultVerb


class RelabelTaskResult(ResultVerb):
    """Sets the label `workflows.argoproj.io/report-outputs-completed` of a task result by hand, the documented way out
    for a workflow that waits for a result that will never come (#12993)."""

    completed: Literal["true", "false"] = "true"
