"""Where a verdict was decided: the few lines of a history that somebody in a hurry has to read."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from harness.model.verdicts import Judgement
    from harness.report.recorded import Story

_BEFORE: Final = 12
_AFTER: Final = 25


def around(judgement: Judgement, story: Story) -> str:
    """The lines around the moment, which has a line of its own; "" where nothing was recorded."""
    if not story.times:
        return ""
    t, what = _moment(judgement, story)
    at = bisect_left(story.times, t)
    before, after = story.lines[max(at - _BEFORE, 0) : at], story.lines[at : at + _AFTER]
    return "".join(f"{line}\n" for line in (*before, f"---- {what}", *after))


def _moment(judgement: Judgement, story: Story) -> tuple[float, str]:
    """The first invariant that was broken; else what the last fault came to; else how it all ended."""
    broken = [(story.moments[v.seq], v) for v in judgement.violations if not v.waived and v.seq in story.moments]
    if broken:
        t, violation = min(broken, key=lambda pair: pair[1].seq)
        return t, f"invariant {violation.invariant} is broken: {violation.message}"
    reached = [
        (t, landing.name, word)
        for landing in judgement.landings
        for t, word in ((landing.landed, "has landed"), (landing.accepted, "is accepted"), (landing.triggered, "fires"))
        if t is not None
    ]
    if reached:
        t, name, word = max(reached, key=lambda each: each[0])
        return t, f"{name} {word}"
    return story.times[-1], "the end"
