"""A drained host: unschedulable, and every workflow pod that ran on it when the call was made is gone by its UID.

A drain that evicts nothing proves nothing: tools that skip pods with emptyDir volumes report success just so.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.oracles.proofs.proof import Proof, span


def prove(trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pods = list(_victims(target.host, since, state))
    cordoned = _cordoned(target.host, state)
    if not pods or cordoned is None:
        return None
    gone = [pod.gone.seq for pod in pods if pod.gone is not None]
    if len(gone) != len(pods):
        return None
    names = ", ".join(pod.pod.name for pod in pods)
    return Proof(seq=max(*gone, cordoned), text=f"{target.host} is unschedulable and {names} was evicted from it")


def _victims(host: str, since: int, state: State) -> Iterator[PodTrace]:
    """Pods that were at work on the host when the call was made."""
    for pod in state.pods.values():
        past = [at for at in (pod.gone, pod.finished, pod.deleting) if at is not None and at.seq <= since]
        if pod.pod.host == host and pod.born.seq <= since and not past:
            yield pod


def _cordoned(host: str, state: State) -> int | None:
    trace = state.hosts.get(host)
    if trace is None or not trace.now.node.unschedulable:
        return None
    return next(version.at.seq for version in trace.versions if version.value.node.unschedulable)
