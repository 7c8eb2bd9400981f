"""When a machine was too busy or too slow for a bound on time to mean anything: what it adds cannot be told from what
Argo takes.

The limits are far from what a run itself causes (two clusters with six cells each on two cores: a load of 2 to 3 per
core, no steal), so that a bound missed on a merely busy machine is still a fail.
"""

from typing import Final

from harness.history.state import State
from harness.model.events import MachineLoad
from harness.model.verdicts import UNKNOWN, Overdue, Violation

STEAL: Final = 0.10
"""Share of all processors that the hypervisor gave to others."""
STALL: Final = 1.0
"""Seconds that a thread of the harness waited for its turn: stamps are as late as that."""
LOAD_PER_CORE: Final = 4.0
PRESSURE: Final = 0.90
"""Load counts only where somebody really waited nearly all the time."""
POD_START: Final = 8.0
"""Seconds that a pod that does nothing takes, at the least, on a cluster too slow for the times of a scenario: some ten
times what it takes on two idle processors (0.85 s; 4.3 s were the worst of a busy machine)."""


def starved(state: State) -> str:
    """What the machine lacked, "" if nothing or if it was not measured."""
    busy = "" if state.machine is None else lacking(state.machine)
    return busy or slow(state)


def slow(state: State) -> str:
    """How slow the cluster was before anything was done to it, "" if it was not or if it was not measured.

    The times of a scenario presume a cluster on which a pod starts in a second or two: elsewhere a retry may come too
    late for its `maxDuration`, and a signal before the step's program listens.
    """
    start = state.header.calibration.pod_start if state.header else None
    return "" if start is None or start < POD_START else f"a pod that does nothing took {start:.1f} s to start"


def excused(violations: tuple[Violation, ...], state: State) -> tuple[Violation, ...]:
    """What is overdue on a starved machine is told as unknown; all else stands."""
    return tuple(_excused(v, state) if isinstance(v, Overdue) else v for v in violations)


def unless_starved(seen: str, state: State) -> str:
    """What was seen of a bound that was missed, as it counts."""
    why = starved(state)
    return _unknown(seen, why) if why else seen


def _unknown(what: str, why: str) -> str:
    return f"{UNKNOWN}{what}, but the machine was starved: {why}"


def _excused(violation: Overdue, state: State) -> Violation:
    message = violation.message
    if why := starved(state):
        message = _unknown(message.removeprefix(UNKNOWN), why)
    return Violation(invariant=violation.invariant, message=message, seq=violation.seq, node=violation.node)


def lacking(load: MachineLoad) -> str:
    if load.steal >= STEAL:
        return f"{load.steal:.0%} of its processors were taken by others"
    if load.stall >= STALL:
        return f"nothing ran for {load.stall:.1f} s"
    if load.load >= LOAD_PER_CORE * load.cores and (load.pressure is None or load.pressure >= PRESSURE):
        return f"a load of {load.load:.1f} on {load.cores} cores"
    return ""
