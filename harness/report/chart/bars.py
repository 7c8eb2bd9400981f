"""Bars are what becomes of states that follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.report.chart.model import Bar
from harness.report.chart.words import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.report.chart.states import State


def bars(name: str, states: Iterable[tuple[float, State | None]], end: float) -> tuple[Bar, ...]:
    """Each state lasts until the next, the last until `end`; None is a time in which there is nothing."""
    changes = list(_changes(states))
    ends = [t for t, _ in changes[1:]] + [end]
    return tuple(
        bar(name, t, max(t, until), state) for (t, state), until in zip(changes, ends, strict=True) if state is not None
    )


def bar(name: str, start: float, end: float, state: State) -> Bar:
    return Bar(
        start=start,
        end=end,
        tone=state.tone,
        text=state.text,
        detail=f"{name}\n{state.text}\n{span(start, end)}",
        settled=state.settled,
    )


def span(start: float, end: float) -> str:
    return f"{start:+.3f} s to {end:+.3f} s ({seconds(end - start)})"


def _changes(states: Iterable[tuple[float, State | None]]) -> Iterator[tuple[float, State | None]]:
    """Of states that were seen at the same moment only the last counts, unless it is the only news."""
    kept: list[tuple[float, State | None]] = []
    for t, state in states:
        if kept and kept[-1][0] == t:
            kept.pop()
        if not kept or kept[-1][1] != state:
            kept.append((t, state))
    yield from kept
