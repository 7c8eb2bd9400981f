"""An evicted pod: it carries the API server's own mark of an eviction, newly, and was told to go while it ran.

A pod that is merely deleted, or preempted, or chased away by a taint, has no such mark or another reason in it.
"""

from typing import Final

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.model.pods import Pod
from harness.oracles.proofs.proof import Proof, span, told_to_go
from harness.scenario.verbs import EvictPod

_MARK: Final = "DisruptionTarget"
"""https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions"""
EVICTION_API: Final = "EvictionByEvictionAPI"
TAINT_MANAGER: Final = "DeletionByTaintManager"


def prove(verb: EvictPod, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    told = told_to_go(trace, state)
    seen = marked(told[0], since=since) if told else None
    if told is None or seen is None:
        return None
    text = f"pod {target.pod} ({target.pod_uid}) was told to go by the Eviction API"
    return Proof(seq=max(seen, told[1]), text=text)


def marked(pod: PodTrace, *, since: int, by: str = EVICTION_API) -> int | None:
    """The first entry that shows the mark; None where that was before, and so another's eviction."""
    first = next((version.at.seq for version in pod.versions if _marked(version.value, by)), None)
    return first if first is not None and first > since else None


def _marked(pod: Pod, by: str) -> bool:
    return pod.conditions.get(_MARK) == "True" and pod.reasons.get(_MARK) == by
