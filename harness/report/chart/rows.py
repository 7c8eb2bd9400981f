"""Lanes on the paper: one row each, all equally high, a bar for what goes on and a thin line for what has come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.chart.measure import Box, fit, fit_middle, width
from harness.report.chart.model import Bar, Glyph, Group, Lane, Point, Tone
from harness.report.chart.palette import HATCHED
from harness.report.chart.shapes import NORMAL, SMALL, Drawing, Item, Path, Rect, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.chart.model import Chart
    from harness.report.chart.place import Place

ROW: Final = 22.0
HEADING: Final = 24.0
BAR: Final = 16.0
INDENT: Final = 13.0
NARROWEST: Final = 2.5
"""Pixels of the shortest state, so that none is lost."""
_PAD: Final = 5.0
_TAB: Final = 7.0
"""Pixels of a result beyond its words, where its hatch can be seen."""


def draw(chart: Chart, place: Place, drawing: Drawing, top: float) -> float:
    """Returns where the lanes end."""
    y = top
    for group in Group:
        lanes = chart.group(group)
        if not lanes:
            continue
        drawing.ground.append(Item((Path(f"M{place.margin:g} {y + 3:g}H{place.edge:g}", "rule"),)))
        drawing.names.append(Item((Text(place.margin, y + 17, group, NORMAL, "faint", bold=True),)))
        begun = y = y + HEADING
        for number, lane in enumerate(lanes):
            _row(lane, place, drawing, y, striped=number % 2 == 0)
            y += ROW
        _holes(chart, group, place, drawing, Box(0, begun, 0, y))
    return y + 4


def _row(lane: Lane, place: Place, drawing: Drawing, y: float, *, striped: bool) -> None:
    if striped:
        drawing.ground.append(Item((Rect(place.margin, y, place.edge - place.margin, ROW, "stripe"),)))
    x = place.margin + 6 + lane.depth * INDENT
    name = fit_middle(lane.name, place.left - 8 - x, NORMAL)
    drawing.names.append(Item((Text(x, y + 15, name, NORMAL),), lane.name if name != lane.name else ""))
    taken = [_bar(bar, place, drawing, y) for bar in lane.bars]
    for point in sorted(lane.points, key=lambda point: point.glyph is Glyph.BROKEN):
        _point(point, place, drawing, y, taken)


def _bar(bar: Bar, place: Place, drawing: Drawing, y: float) -> Box:
    left, right = place.x(bar.start), place.until(bar.end)
    right = max(right, left + NARROWEST)
    words = fit(bar.text, right - left - 2 * _PAD, SMALL)
    told = left + width(words, SMALL) + 2 * _PAD if words else left
    solid = min(right, told + _TAB) if bar.settled else right
    shapes = tuple(_shapes(bar.tone, left, told, solid, right, y))
    drawing.bars.append(Item(shapes, bar.detail, stop=True, kind="bar"))
    if words:
        drawing.words.append(Item((Text(left + _PAD, y + 15, words, SMALL, f"on {bar.tone}-halo"),)))
    return Box(left, y, right, y + ROW)


def _shapes(tone: Tone, left: float, told: float, solid: float, right: float, y: float) -> Iterator[Rect]:
    """Words to `told`, the full height to `solid`, a thin line to `right`; a hatch would make words hard to read."""
    top = y + (ROW - BAR) / 2
    yield Rect(left, top, solid - left, BAR, f"tone {tone}", 2.0)
    if solid > told and tone in HATCHED:
        yield Rect(told, top, solid - told, BAR, f"hatch {tone}-hatch")
    if right > solid:
        yield Rect(solid, y + ROW / 2 - 1.5, right - solid, 3.0, f"tone {tone}")


def _point(point: Point, place: Place, drawing: Drawing, y: float, taken: list[Box]) -> None:
    x, middle = place.x(point.t), y + ROW / 2
    drawing.points.append(
        Item((Path(GLYPHS[point.glyph].format(x=x, y=middle), point.glyph),), point.detail, stop=True, kind="point")
    )
    wide = width(point.text, SMALL)
    for left in (x + 9, x - 9 - wide) if point.text else ():
        box = Box(left - 2, y, left + wide + 2, y + ROW)
        if box.left >= place.left and box.right <= place.edge and not any(box.meets(other) for other in taken):
            drawing.words.append(Item((Text(left, y + 15, point.text, SMALL, "faint"),)))
            taken.append(box)
            return


GLYPHS: Final = {
    Glyph.RENEWAL: "M{x:.1f} {y:.1f}m0 -4v8",
    Glyph.FINISHED: "M{x:.1f} {y:.1f}m0 -6l6 6l-6 6l-6 -6z",
    Glyph.GONE: "M{x:.1f} {y:.1f}m-4 -4l8 8m0 -8l-8 8",
    Glyph.BROKEN: "M{x:.1f} {y:.1f}m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0m5 -4l8 8m0 -8l-8 8",
}


def _holes(chart: Chart, group: Group, place: Place, drawing: Drawing, rows: Box) -> None:
    for hole in chart.holes:
        if hole.group is group:
            left, right = place.x(hole.start), place.until(hole.end)
            shape = Rect(left, rows.top, max(NARROWEST, right - left), rows.bottom - rows.top, "hole")
            drawing.ground.append(Item((shape,), hole.detail, stop=True, kind="hole"))
