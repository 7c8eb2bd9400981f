"""The mark that whoever disrupts a pod leaves on it, before it is told to go."""

from typing import Final

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.model.pods import Pod
from harness.oracles.proofs.proof import span, told_to_go

_MARK: Final = "DisruptionTarget"
"""https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions"""
EVICTION_API: Final = "EvictionByEvictionAPI"
TAINT_MANAGER: Final = "DeletionByTaintManager"


def told(trace: StepTrace, state: State, by: str) -> int | None:
    """The entry by which the target of the step is marked and told to go, both newly and while it was at work."""
    gone = told_to_go(trace, state)
    seen = marked(gone[0], since=span(trace)[0], by=by) if gone else None
    return None if gone is None or seen is None else max(seen, gone[1])


def marked(pod: PodTrace, *, since: int, by: str = EVICTION_API) -> int | None:
    """The first entry that shows the mark; None where that was before, and so another's eviction."""
    first = next((version.at.seq for version in pod.versions if _marked(version.value, by)), None)
    return first if first is not None and first > since else None


def _marked(pod: Pod, by: str) -> bool:
    return pod.conditions.get(_MARK) == "True" and pod.reasons.get(_MARK) == by
