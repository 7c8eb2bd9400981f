"""The picture where there is only text: the same lanes on the same scale, a letter for each tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.chart.model import Group, Tone
from harness.report.chart.scale import Paper, fitted, steps, ticks
from harness.report.chart.words import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.chart.model import Bar, Chart, Flag, Lane
    from harness.report.chart.scale import Scale

NAMES: Final = 34
TIME: Final = 84
_APART: Final = 8.0
WIDEST: Final = 160
LETTERS: Final = {
    Tone.RUNNING: "=",
    Tone.WAITING: ".",
    Tone.GOOD: "-",
    Tone.FAILED: "x",
    Tone.ERROR: "e",
    Tone.ENDING: "\\",
    Tone.AWAY: "#",
    Tone.OFF: ":",
}
_LEGEND: Final = "= runs   . waits   - good   x failed   e error   \\ being deleted   # away   : nothing yet"
_TORN: Final = "~"


def render(chart: Chart) -> str:
    return "".join(f"{_line(line)}\n" for line in _lines(chart))


def _line(line: str) -> str:
    flat = harmless(line).rstrip()
    return flat if len(flat) <= WIDEST else f"{flat[: WIDEST - 1]}…"


def _lines(chart: Chart) -> Iterator[str]:
    head = chart.headline
    yield from (head.title, f"{head.mark} {head.verdict}: {head.reason}", head.about, "")
    yield from (_flag(flag) for flag in chart.flags)
    scale = fitted(chart, Paper(left=0, right=TIME - 1, enough=2.0, gap=5.0))
    torn = {column for gap in scale.breaks for column in range(round(gap.left), round(gap.right))}
    yield from ("", f"{'':{NAMES}}  {_ruler(scale)}", f"{'':{NAMES}} |{_marks(chart, scale)}|")
    for group in Group:
        if lanes := chart.group(group):
            yield group
            yield from (_lane(lane, chart, scale, torn) for lane in lanes)
    yield from ("", _LEGEND + ("   ~ a stretch of time made short" if torn else ""))


def _flag(flag: Flag) -> str:
    return f"{flag.t:+9.3f}s  {flag.title}{f': {flag.text}' if flag.text else ''}"


def _ruler(scale: Scale) -> str:
    """Round times, as far as there is room."""
    ruler, free = [" "] * TIME, 0
    for section in scale.sections:
        if not section.broken:
            for t in ticks(section, next(steps(section, _APART))):
                start, label = round(scale.x(t)), f"{t:g}s"
                if free <= start <= TIME - len(label):
                    ruler[start : start + len(label)] = label
                    free = start + len(label) + 1
    return "".join(ruler)


def _marks(chart: Chart, scale: Scale) -> str:
    """The first letter of each flag where its first moment is."""
    marks = [" "] * TIME
    for flag in reversed(chart.flags):
        marks[round(scale.x(flag.t))] = flag.title[0]
    return "".join(marks)


def _lane(lane: Lane, chart: Chart, scale: Scale, torn: set[int]) -> str:
    row = [" "] * TIME
    for bar in lane.bars:
        _paint(row, bar, chart, scale, torn)
    name = "  " * (lane.depth + 1) + lane.name
    name = name if len(name) <= NAMES else f"{name[: NAMES // 2]}…{name[NAMES // 2 + 1 - NAMES :]}"
    last = f" {lane.bars[-1].text}" if lane.bars else ""
    return f"{name:{NAMES}} |{''.join(row)}|{last}"


def _paint(row: list[str], bar: Bar, chart: Chart, scale: Scale, torn: set[int]) -> None:
    first = round(scale.x(bar.start))
    last = TIME if bar.end >= chart.end else max(first + 1, round(scale.x(bar.end)))
    for column in range(first, last):
        row[column] = _TORN if column in torn else LETTERS[bar.tone]
