"""Time on paper. Where nothing happens for long the axis is broken, so that the second that decides can be seen."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.report.chart.model import Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.report.chart.model import Chart

_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a scale has to fit into; in pixels, or in letters.

    `enough` is the width of a second with which nobody needs a break, `gap` that of a break, `around` how many seconds
    before and after an instant are drawn at full scale.
    """

    left: float
    right: float
    enough: float = 24.0
    gap: float = 76.0
    around: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A span that is drawn evenly. `broken`: it has much less room than the time that it stands for."""

    start: float
    end: float
    left: float
    right: float
    broken: bool = False

    @property
    def density(self) -> float:
        return (self.right - self.left) / (self.end - self.start)


class Scale:
    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = tuple(sections)
        self._starts = [section.start for section in self.sections]

    def x(self, t: float) -> float:
        section = self.sections[max(0, bisect_right(self._starts, t) - 1)]
        t = min(max(t, section.start), section.end)
        return section.left + (t - section.start) * section.density

    @property
    def breaks(self) -> Iterator[Section]:
        return (section for section in self.sections if section.broken)


def steps(section: Section, apart: float) -> Iterator[float]:
    """Round steps that keep ticks apart, and finer ones for a section that is too short for those."""
    rough = next((index for index, step in enumerate(_STEPS) if step * section.density >= apart), len(_STEPS) - 1)
    return reversed(_STEPS[max(0, rough - 3) : rough + 1])


def ticks(section: Section, step: float) -> Iterator[float]:
    """The multiples of a step in a section."""
    count = -(-section.start // step)
    while count * step <= section.end:
        yield count * step
        count += 1


def fitted(chart: Chart, paper: Paper) -> Scale:
    """As it is where there is room; else without the long waits; at last only what was done to the workflow counts."""
    room, end = paper.right - paper.left, chart.end
    if end * paper.enough <= room:
        return Scale([Section(start=0.0, end=end, left=paper.left, right=paper.right)])
    for instants in (_all(chart), _decisive(chart)):
        windows = _windows(instants, end, paper)
        if _breaks(windows, end) and _rate(windows, end, paper) >= paper.enough:
            break
    return Scale(list(_sections(windows, end, paper)))


def _all(chart: Chart) -> set[float]:
    """Every change of a state that is drawn."""
    bars = {t for lane in chart.lanes for bar in lane.bars for t in (bar.start, bar.end)}
    return bars | _decisive(chart)


def _decisive(chart: Chart) -> set[float]:
    flags = {moment.t for flag in chart.flags for moment in flag.moments}
    course = {bar.start for lane in chart.group(Group.WORKFLOW) for bar in lane.bars}
    return flags | course | {t for hole in chart.holes for t in (hole.start, hole.end)} | {0.0, chart.end}


def _windows(instants: Iterable[float], end: float, paper: Paper) -> list[tuple[float, float]]:
    """What is drawn at full scale. A pause that is hardly longer than a break stays."""
    found: list[tuple[float, float]] = []
    for t in sorted(instants):
        start, stop = max(0.0, t - paper.around), min(end, t + paper.around)
        if found and start - found[-1][1] <= 2 * paper.gap / paper.enough:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


def _breaks(windows: Sequence[tuple[float, float]], end: float) -> int:
    return len(windows) - 1 + (windows[0][0] > 0) + (windows[-1][1] < end)


def _rate(windows: Sequence[tuple[float, float]], end: float, paper: Paper) -> float:
    """Width of a second at full scale. Breaks never take more than half of the paper."""
    room = paper.right - paper.left
    left = max(room / 2, room - paper.gap * _breaks(windows, end))
    return left / sum(stop - start for start, stop in windows)


def _sections(windows: Sequence[tuple[float, float]], end: float, paper: Paper) -> Iterator[Section]:
    rate, breaks = _rate(windows, end, paper), _breaks(windows, end)
    room = paper.right - paper.left - rate * sum(stop - start for start, stop in windows)
    at, left = 0.0, paper.left
    for start, stop in [*windows, (end, end)]:
        if start > at:
            yield Section(start=at, end=start, left=left, right=left + room / breaks, broken=True)
            left += room / breaks
        if stop > start:
            yield Section(start=start, end=stop, left=left, right=left + rate * (stop - start))
            left += rate * (stop - start)
        at = stop
