"""Workflows that stand still until somebody touches them."""

from collections.abc import Iterator

from harness.model.events import Nudged
from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Moment, Tape

SILENCE = 40.0


def goes_on_when_nudged(tape: Tape) -> Iterator[Tape]:
    """The last version of all comes only after a long silence and a nudge."""
    last = tape.versions[-1]
    late = edits.stretched(tape, last, SILENCE)
    at = late.moments[late.versions[-1]].entry
    nudge = Moment(Nudged(seq=0, t=at.t, wall=at.wall, accepted=True, detail="quiet"))
    moments = late.moments
    yield late.made_of((*moments[: late.versions[-1]], nudge, *moments[late.versions[-1] :]))


NUDGED = (Mutator("a workflow goes on only when it is nudged", goes_on_when_nudged),)
