"""When the controller last came: who was away has ignored nothing, and whoever waited for it is given time to go on."""

from harness.history.state import State
from harness.history.traces import At
from harness.oracles.timers import timers_of


def came(state: State) -> At | None:
    """When another one took the lease, or the same one renewed it after a pause in which nobody held it for certain."""
    lease, usual = state.lease, timers_of(state.header).lease_age
    if lease is None:
        return None
    back = (pause.at for pause in reversed(lease.pauses) if pause.value > usual)
    return max(lease.taken, next(back, lease.taken))
