"""goes-on-by-itself: a quiet workflow does not go on only because it was nudged.

Why: the harness nudges a workflow that nothing seems to move any more, to tell stuck from forgotten. One that then goes
on within moments had nothing queued: its last reconciliation was lost, and for a user it stands still until somebody
touches it or the informer's resync comes (20 minutes). Without this the harness would heal what it tests, and call it
a pass. Zombie workflows (#4560) looked so; on 3.7.15 seen after a lost task result and a manual retry, unreported.

Lawful: going on because a step was fired or undone after the nudge, because the controller had been away and came back,
or because something else had moved before the workflow did. A controller that lives answers at once; where it took
longer it may just be slow, which is told as unknown.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

from harness.history.state import State
from harness.history.traces import NudgeTrace
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.oracles.checks.seen import UNKNOWN
from harness.oracles.invariants.invariant import NOTHING, EachEntry, Wake
from harness.oracles.presence import came, meddled
from harness.oracles.timers import NUDGE_PATIENCE, timers_now

PROMPT: Final = 1.0
"""Seconds in which a controller answers a nudge; before 3.6 it lets one requeue go by first. Those seen took 130 ms."""

_KNOWN_POD: Final = frozenset({Wake.POD})


class GoesOnByItself(EachEntry):
    name: ClassVar[str] = "goes-on-by-itself"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.NEW_POD, Wake.POD})

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        if not state.nudges:
            return NOTHING
        nudge = state.nudges[-1]
        took = state.t - nudge.at.t
        if not nudge.accepted or took > NUDGE_PATIENCE or not _moves(nudge, state):
            return NOTHING
        text = f"it went on {took:.2f} s after it was nudged, at {nudge.at.t:.1f} s, and not before"
        return (self.overdue(state, text if took <= PROMPT + timers_now(state).requeue else f"{UNKNOWN}{text}"),)


def _moves(nudge: NudgeTrace, state: State) -> bool:
    """Whether this entry is the first change after the nudge, with no step fired or undone and no controller come in
    between."""
    back = came(state)
    if nudge.moved is None or nudge.moved.seq != state.seq or (back is not None and back.seq > nudge.at.seq):
        return False
    if state.news == _KNOWN_POD and not _being_deleted(state):
        return False
    return not any(at.seq > nudge.at.seq for at in meddled(state))


def _being_deleted(state: State) -> bool:
    """A pod that runs or ends does so by itself; one whose deletion begins is taken away, by the controller for one."""
    return any(trace.deleting is not None and trace.deleting.seq == state.seq for trace in state.pods.values())
