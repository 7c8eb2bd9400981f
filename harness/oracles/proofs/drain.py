"""A drained host: newly unschedulable, and every workflow pod that ran on it when the call was made was told to go
while it ran, and is gone by its UID.

A drain that evicts nothing proves nothing: tools that skip pods with emptyDir volumes report success just so.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.oracles.proofs.proof import Proof, ended_by_itself, span
from harness.scenario.verbs import Drain


def prove(verb: Drain, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    cordoned = _cordoned(target.host, since, state)
    pods = [] if cordoned is None else list(_victims(target.host, since, state))
    if not pods or cordoned is None:
        return None
    gone = [pod.gone.seq for pod in pods if pod.gone is not None]
    if len(gone) != len(pods) or any(ended_by_itself(pod) for pod in pods):
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


def _cordoned(host: str, since: int, state: State) -> int | None:
    """The entry after the call that shows the cordon; one from before is not this drain's."""
    versions = state.hosts[host].versions if host in state.hosts else []
    before = [version for version in versions if version.at.seq <= since]
    if before and before[-1].value.node.unschedulable:
        return None
    later = (version for version in versions[len(before) :] if version.value.node.unschedulable)
    return next((version.at.seq for version in later), None)
