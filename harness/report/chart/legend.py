"""What the tones and lines of a picture mean: only those that are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.chart.measure import width
from harness.report.chart.model import Glyph, Style, Tone
from harness.report.chart.rows import GLYPHS
from harness.report.chart.shapes import SMALL, Drawing, Item, Path, Rect, Shape, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.chart.model import Chart
    from harness.report.chart.place import Place

ROW: Final = 22.0
SWATCH: Final = 26.0
TONES: Final = {
    Tone.RUNNING: "running",
    Tone.WAITING: "waiting or incomplete",
    Tone.GOOD: "good",
    Tone.FAILED: "failed",
    Tone.ERROR: "error",
    Tone.ENDING: "being deleted",
    Tone.AWAY: "away",
    Tone.OFF: "nothing yet or left out",
}
_STYLES: Final = {
    Style.TRIGGERED: "step triggered",
    Style.ACCEPTED: "call accepted",
    Style.LANDED: "landed, with proof",
    Style.WRONG: "step went wrong",
    Style.NUDGE: "nudge",
    Style.KERNEL: "kernel",
    Style.VIOLATION: "invariant broken",
}
_GLYPHS: Final = {Glyph.FINISHED: "finishedAt", Glyph.RENEWAL: "lease renewed", Glyph.GONE: "gone"}


def draw(chart: Chart, place: Place, drawing: Drawing, top: float) -> float:
    x, y = place.margin, top
    for kind, text in _entries(chart, place):
        wide = SWATCH + 7 + width(text, SMALL) + 22
        if x > place.margin and x + wide > place.edge:
            x, y = place.margin, y + ROW
        label = Text(x + SWATCH + 7, y + 13, text, SMALL, "faint")
        drawing.names.append(Item((*_swatch(kind, x, y + 2), label)))
        x += wide
    return y + ROW


def _swatch(kind: Tone | Style | Glyph | str, x: float, y: float) -> tuple[Shape, ...]:
    match kind:
        case Tone():
            return Rect(x, y, SWATCH, 13, f"tone {kind}", 2.0), Rect(x, y, SWATCH, 13, f"hatch {kind}-hatch")
        case Style():
            return (Path(f"M{x + SWATCH / 2:g} {y:g}v13", f"pole {kind}"),)
        case Glyph():
            return (Path(GLYPHS[kind].format(x=x + SWATCH / 2, y=y + 6.5), kind),)
        case _:
            return (Rect(x, y, SWATCH, 13, kind),)


def _entries(chart: Chart, place: Place) -> Iterator[tuple[Tone | Style | Glyph | str, str]]:
    tones = {bar.tone for lane in chart.lanes for bar in lane.bars}
    yield from ((tone, text) for tone, text in TONES.items() if tone in tones)
    styles = {moment.style for flag in chart.flags for moment in flag.moments}
    yield from ((style, text) for style, text in _STYLES.items() if style in styles)
    glyphs = {point.glyph for lane in chart.lanes for point in lane.points}
    yield from ((glyph, text) for glyph, text in _GLYPHS.items() if glyph in glyphs)
    if chart.quiet:
        yield "quiet", "quiet: nothing changes any more"
    if chart.holes:
        yield "hole", "watch gap: what happened here is unknown"
    if any(place.scale.breaks):
        yield "break", "axis broken: a stretch of time made short"
