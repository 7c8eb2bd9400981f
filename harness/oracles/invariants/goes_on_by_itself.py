"""goes-on-by-itself: a quiet workflow does not go on only because it was nudged.

Why: the harness nudges a workflow that nothing seems to move any more, to tell stuck from forgotten. One that then goes
on within moments had nothing queued: its last reconciliation was lost, and for a user it stands still until somebody
touches it or the informer's resync comes (20 minutes). Without this the harness would heal what it tests, and call it
a pass. Zombie workflows (#4560) looked so; on 3.7.15 seen after a lost task result and a manual retry, unreported.

Lawful: going on because a step was fired after the nudge, or because something else had moved before the workflow did.
A controller that lives answers at once; where it took longer it may just be slow, which is told as unknown.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.history.traces import NudgeTrace
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.oracles.checks.seen import UNKNOWN
from harness.oracles.invariants.invariant import EachEntry, Wake
from harness.oracles.timers import NUDGE_PATIENCE

PROMPT: Final = 1.0
"""Seconds in which a controller answers a nudge; those seen took 50 ms at most."""


class GoesOnByItself(EachEntry):
    name: ClassVar[str] = "goes-on-by-itself"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.NEW_POD})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        if not state.nudges:
            return
        nudge = state.nudges[-1]
        took = state.t - nudge.at.t
        if nudge.accepted and took <= NUDGE_PATIENCE and _moves(nudge, state):
            text = f"it went on {took:.2f} s after it was nudged, at {nudge.at.t:.1f} s, and not before"
            yield self.violated(state, text if took <= PROMPT else f"{UNKNOWN}{text}")


def _moves(nudge: NudgeTrace, state: State) -> bool:
    """Whether this entry is the first change after the nudge, with no step fired in between."""
    if nudge.moved is None or nudge.moved.seq != state.seq:
        return False
    fired = (trace.triggered for trace in state.steps.values() if trace.triggered is not None)
    return not any(at.seq > nudge.at.seq for at in fired)
