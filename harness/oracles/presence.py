"""When the controller last came, and when the harness acted: who was away has ignored nothing, and whoever waited is
given time to go on."""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import At
from harness.oracles.timers import timers_now


def came(state: State) -> At | None:
    """When another one took the lease, or the same one renewed it after a pause in which nobody held it for certain."""
    lease, usual = state.lease, timers_now(state).lease_age
    if lease is None:
        return None
    back = (pause.at for pause in reversed(lease.pauses) if pause.value > usual)
    return max(lease.taken, next(back, lease.taken))


def meddled(state: State) -> Iterator[At]:
    """When each step was fired, and when it was undone."""
    for trace in state.steps.values():
        yield from (at for at in (trace.triggered, trace.healed) if at is not None)
