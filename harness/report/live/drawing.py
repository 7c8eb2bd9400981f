"""The board as a terminal shows it: a bar for each release, and a line for everything that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import rich.console
import rich.table
import rich.text

from harness.report.live.clock import spent
from harness.report.marks import mark_of
from harness.report.terminal import STYLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.column import Column
    from harness.report.live.board import Board, Following, Tally

_BAR: Final = 24
_ROOM: Final = 2
"""Lines of the screen that are left free: one for the cursor, one for what is cut off."""
_SIGNS: Final = {"??": "cyan", "==": "bold", ">>": "yellow", "##": "green", "!!": "bold red"}

Row = tuple[str, str, str, str]
"""Whose, which release, what, how long."""


def draw(board: Board, now: float, *, height: int, ascii_only: bool = False) -> rich.console.RenderableType:
    """Never higher than `height` lines: what does not fit is counted."""
    releases = list(board.releases.items())[: max(height - _ROOM, 1)]
    rows, room = list(_rows(board, now)), max(height - _ROOM - len(releases), 0)
    left = len(rows) - room
    return rich.console.Group(
        _releases(releases, ascii_only=ascii_only),
        _under_way(rows[:room]),
        *([rich.text.Text(f"and {left} more", style="dim")] if left > 0 else []),
    )


def line(text: str) -> rich.text.Text:
    """A line that stays, coloured by the sign it begins with or by the verdict it tells."""
    shown = rich.text.Text(text)
    sign = next((sign for sign in _SIGNS if text.startswith(f"{sign} ") or f"]  {sign} " in text[:100]), None)
    if sign is not None:
        shown.stylize(_SIGNS[sign], text.index(sign), text.index(sign) + len(sign))
    for mark, style in STYLES.items():
        if text.startswith("[") and f"] {mark.value} " in text[:40]:
            start = text.index(mark.value)
            shown.stylize(style, start, start + len(mark.value))
    return shown


def _releases(releases: list[tuple[Column, Tally]], *, ascii_only: bool) -> rich.table.Table:
    table = rich.table.Table.grid(padding=(0, 2))
    for _ in range(4):
        table.add_column(no_wrap=True)
    for column, tally in releases:
        counted = f"{tally.done}/{tally.total}"
        table.add_row(
            rich.text.Text(str(column), style="bold"), _bar(tally, ascii_only=ascii_only), counted, _counts(tally)
        )
    return table


def _bar(tally: Tally, *, ascii_only: bool) -> str:
    """Drawn in two characters, so that it can be read without colours."""
    full, empty = ("#", ".") if ascii_only else ("━", "╌")
    done = _BAR * tally.done // max(tally.total, 1)
    return full * done + empty * (_BAR - done)


def _counts(tally: Tally) -> rich.text.Text:
    marks = sorted((mark_of(verdict), count) for verdict, count in tally.verdicts.items())
    words = [rich.text.Text(f"{count} {mark.word}", style=STYLES[mark]) for mark, count in sorted(marks, key=_rank)]
    return rich.text.Text(", ").join(words)


def _rank(counted: tuple[object, int]) -> int:
    return int(getattr(counted[0], "rank", 0))


def _under_way(rows: list[Row]) -> rich.table.Table:
    table = rich.table.Table.grid(padding=(0, 2), expand=True)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=40)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(no_wrap=True, justify="right")
    for whose, argo, what, took in rows:
        table.add_row(*(rich.text.Text(word) for word in (whose, argo, what)), rich.text.Text(took, style="dim"))
    return table


def _rows(board: Board, now: float) -> Iterator[Row]:
    if board.stopping:
        yield "stopping", "", "what was finished is reported; clusters are taken down", ""
    elif board.done == board.total:
        yield "ending", "", "clusters are taken down", ""
    for doing in board.doing.values():
        yield "preparing", "", doing.what + (f": {doing.detail}" if doing.detail else ""), spent(now - doing.at)
    for attempt in board.attempts.values():
        yield _row(attempt, now)


def _row(attempt: Following, now: float) -> Row:
    waits, header = attempt.waiting(now), attempt.began.header
    number = f" #{attempt.began.attempt}" if attempt.began.attempt > 1 else ""
    took = spent(attempt.clock(now) - waits.since, waits.limit)
    return f"{header.scenario.name}{number}", str(attempt.began.column), waits.what, took
