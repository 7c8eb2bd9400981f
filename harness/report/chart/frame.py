"""The whole picture: headline, flags, ruler, lanes, legend, from the top to the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.chart import axis, banners, legend, rows
from harness.report.chart.measure import fit, width, wrap
from harness.report.chart.place import Place
from harness.report.chart.scale import Paper, fitted
from harness.report.chart.shapes import HUGE, LARGE, NORMAL, Drawing, Item, Rect, Text
from harness.report.chart.words import counted

if TYPE_CHECKING:
    from harness.report.chart.model import Chart, Headline

WIDTH: Final = 1280.0
MARGIN: Final = 20.0
NAMES: Final = 250.0
AFTER: Final = 120.0
"""Pixels for how everything was left."""


def drawn(chart: Chart) -> Drawing:
    place = _place(chart)
    drawing = Drawing(WIDTH, title=_title(chart.headline), description=_description(chart))
    top = _headline(chart.headline, drawing)
    raised = banners.arranged(chart.flags, place)
    base = top + banners.height(raised) - 12
    lanes = base + 12 + axis.HEIGHT
    bottom = rows.draw(chart, place, drawing, lanes)
    poles = [place.x(moment.t) for flag in chart.flags for moment in flag.moments]
    axis.draw(place, drawing, base + 12, bottom, poles)
    _quiet(chart, place, drawing, lanes, bottom)
    banners.draw(raised, place, drawing, base, bottom)
    drawing.height = legend.draw(chart, place, drawing, bottom + 14) + MARGIN / 2
    drawing.ground.insert(0, Item((Rect(0, 0, WIDTH, drawing.height, "paper"),)))
    return drawing


def _place(chart: Chart) -> Place:
    left, edge = MARGIN + NAMES, WIDTH - MARGIN
    right = edge - AFTER
    scale = fitted(chart, Paper(left=left, right=right))
    return Place(scale=scale, end=chart.end, margin=MARGIN, left=left, right=right, edge=edge)


def _headline(headline: Headline, drawing: Drawing) -> float:
    room, y = WIDTH - 2 * MARGIN, MARGIN + 18
    title = Text(MARGIN, y, fit(headline.title, room, HUGE, bold=True), HUGE, bold=True)
    word = f"{headline.mark} {headline.verdict}"
    wide = width(word, LARGE, bold=True) + 18
    badge = Rect(MARGIN, y + 13, wide, 24, f"tone {headline.tone}", 4.0)
    verdict = Text(MARGIN + 9, y + 30, word, LARGE, "on", bold=True)
    lines = wrap(headline.reason, room - wide - 12, LARGE, 2)
    reason = [Text(MARGIN + wide + 12, y + 30 + 19 * number, line, LARGE) for number, line in enumerate(lines)]
    below = y + 33 + 19 * len(lines)
    about = Text(MARGIN, below, fit(headline.about, room, NORMAL), NORMAL, "faint")
    drawing.names.append(Item((title, badge, verdict, *reason, about)))
    return below + 16


def _quiet(chart: Chart, place: Place, drawing: Drawing, top: float, bottom: float) -> None:
    if chart.quiet:
        left = place.x(chart.quiet.start)
        shape = Rect(left, top, place.until(chart.quiet.end) - left, bottom - top, "quiet")
        drawing.ground.append(Item((shape,), chart.quiet.detail))


def _title(headline: Headline) -> str:
    return f"{headline.title}: {headline.verdict}"


def _description(chart: Chart) -> str:
    told = [f"{flag.title} at {flag.t:.3f} s: {flag.text}" for flag in chart.flags]
    return ". ".join([chart.headline.reason, chart.headline.about, counted(len(chart.lanes), "lane"), *told])
