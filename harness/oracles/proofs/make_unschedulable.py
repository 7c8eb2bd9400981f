"""No place for a new pod: every host is cordoned, one of them newly, and a pod that came after was not scheduled.

A host that a taint keeps free, as a control plane is, need not be cordoned.
"""

from typing import Final

from harness.history.state import State
from harness.history.traces import HostTrace, PodTrace, StepTrace
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import MakeUnschedulable

_SHUT: Final = (":NoSchedule", ":NoExecute")


def prove(verb: MakeUnschedulable, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    hosts = [host for host in state.hosts.values() if host.now.exists]
    cordoned = [host.now.node.name for host in hosts if host.now.node.unschedulable]
    if not any(_open_at(host, since) for host in hosts if host.now.node.unschedulable):
        return None
    for pod in state.pods.values():
        seq = _refused(pod) if pod.born.seq > since else None
        if seq is not None and not any(_open_at(host, seq) for host in hosts):
            names = ", ".join(sorted(cordoned))
            return Proof(seq=seq, text=f"{names} is cordoned and pod {pod.pod.name} found no place")
    return None


def _refused(pod: PodTrace) -> int | None:
    """The entry in which the scheduler last says so."""
    said = (v.at.seq for v in reversed(pod.versions) if v.value.reasons.get("PodScheduled") == "Unschedulable")
    return next(said, None)


def _open_at(host: HostTrace, seq: int) -> bool:
    """Whether pods could be scheduled there, as far as was seen by that entry."""
    seen = next((version.value for version in reversed(host.versions) if version.at.seq <= seq), None)
    if seen is None:
        return True
    return seen.exists and not seen.node.unschedulable and not any(taint.endswith(_SHUT) for taint in seen.node.taints)
