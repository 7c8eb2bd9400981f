"""When a machine was too busy for a bound on time to mean anything: what it adds cannot be told from what Argo takes.

The limits are far from what a run itself causes (two clusters with six cells each on two cores: a load of 2 to 3 per
core, no steal), so that a bound missed on a merely busy machine is still a fail.
"""

from typing import Final

from harness.history.state import State
from harness.model.events import MachineLoad

STEAL: Final = 0.10
"""Share of all processors that the hypervisor gave to others."""
STALL: Final = 1.0
"""Seconds that a thread of the harness waited for its turn: stamps are as late as that."""
LOAD_PER_CORE: Final = 4.0
PRESSURE: Final = 0.90
"""Load counts only where somebody really waited nearly all the time."""


def starved(state: State) -> str:
    """What the machine lacked, "" if nothing or if it was not measured."""
    return "" if state.machine is None else lacking(state.machine)


def lacking(load: MachineLoad) -> str:
    if load.steal >= STEAL:
        return f"{load.steal:.0%} of its processors were taken by others"
    if load.stall >= STALL:
        return f"nothing ran for {load.stall:.1f} s"
    if load.load >= LOAD_PER_CORE * load.cores and (load.pressure is None or load.pressure >= PRESSURE):
        return f"a load of {load.load:.1f} on {load.cores} cores"
    return ""
