"""What several proofs ask of Argo's controllers: who was there before, who came after, and who leads."""

from collections.abc import Iterator

from harness.history import controller
from harness.history.state import State
from harness.history.traces import At, PodTrace, Version
from harness.model.pods import ContainerState, Pod
from harness.oracles.timers import timers_now


def runs(pod: Pod) -> bool:
    program = controller.program(pod)
    return program is not None and program.state is ContainerState.RUNNING


def there(state: State, seq: int) -> Iterator[PodTrace]:
    """Controllers that were alive, and not told to go, when that entry was written."""
    for trace in state.controllers.values():
        over = [at for at in (trace.gone, trace.finished, trace.deleting) if at is not None and at.seq <= seq]
        if trace.born.seq <= seq and not over:
            yield trace


def seen(trace: PodTrace, seq: int) -> Pod:
    """What the pod was when that entry was written."""
    earlier = (version.value for version in reversed(trace.versions) if version.at.seq <= seq)
    return next(earlier, trace.pod)


def started(trace: PodTrace, since: int) -> Version[Pod] | None:
    """The first version of the pod after that entry in which its controller runs."""
    later = (version for version in trace.versions if version.at.seq > since)
    return next((version for version in later if runs(version.value)), None)


def successor(state: State, since: int) -> Version[Pod] | None:
    """A controller whose pod is new since that entry, and which leads by now."""
    for trace in state.controllers.values():
        first = started(trace, since)
        if trace.born.seq <= since or first is None or trace.gone is not None:
            continue
        lead = leads(state, trace.pod.name, first.at)
        if lead is not None:
            return Version(lead, first.value)
    return None


def leads(state: State, name: str, since: At) -> At | None:
    """When it renewed its lease at or after that; without leader election every controller leads from its start."""
    if timers_now(state).lease is None:
        return since
    lease = state.lease
    if lease is None or lease.holder != name:
        return None
    later = lease.at if lease.at.seq > since.seq else None
    # the pod may be shown running a moment after it has taken the lease
    return later or (since if lease.taken.seq < since.seq and since.t - lease.taken.t < 2.0 else None)


def led(state: State, name: str, seq: int) -> bool:
    """Whether it has led from that entry until now; without leader election every controller leads."""
    if timers_now(state).lease is None:
        return True
    return state.lease is not None and state.lease.holder == name and state.lease.taken.seq < seq


def may_have_led(state: State, name: str, seq: int, asked: float) -> bool:
    """At the entry `seq`, and when it asked, by the history's clock. False where another one led by then, or where
    nobody is known to lead."""
    lease = state.lease
    if lease is None:
        return False
    return lease.holder == name or (lease.taken.seq > seq and lease.taken.t >= asked)
