"""A drained host: newly unschedulable, and every workflow pod that ran on it when the call was made was evicted while
it ran, and is gone by its UID.

A drain that evicts nothing proves nothing: tools that skip pods with emptyDir volumes report success just so. Nor does
one prove anything that came upon a pod which somebody else had taken away, or told to go: an eviction of that one is
granted, too, and changes nothing.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.disruption import marked
from harness.oracles.proofs.proof import Proof, ended_by_itself, read_back, span, told_before
from harness.scenario.verbs import Drain

EVICTED = "evicted"


def prove(verb: Drain, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    cordoned = hosts.turned(target.host, since, state, lambda view: view.exists and view.node.unschedulable)
    pods = list(_victims(target.host, since, state))
    if cordoned is None or not pods or not all(_evicted(pod, trace, state) for pod in pods):
        return None
    gone = [pod.gone.seq for pod in pods if pod.gone is not None]
    if len(gone) != len(pods):
        return None
    names = ", ".join(pod.pod.name for pod in pods)
    return Proof(seq=max(*gone, cordoned), text=f"{target.host} is unschedulable and {names} was evicted from it")


def _victims(host: str, since: int, state: State) -> Iterator[PodTrace]:
    """Pods that were at work on the host when the call was made."""
    for pod in state.pods.values():
        if pod.born.seq > since:
            return
        ends = (pod.gone, pod.finished, pod.deleting)
        if pod.pod.host == host and not any(at is not None and at.seq <= since for at in ends):
            yield pod


def _evicted(pod: PodTrace, trace: StepTrace, state: State) -> bool:
    """What the drain read back of it; histories from before it did that have the API server's own mark."""
    if ended_by_itself(pod) or told_before(pod, trace):
        return False
    namespace = state.header.namespace if state.header else ""
    read = read_back(trace, state, f"eviction of {namespace}/{pod.pod.name}")
    return marked(pod, since=span(trace)[0]) is not None if read is None else read.after == EVICTED
