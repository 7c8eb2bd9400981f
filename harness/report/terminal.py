"""The grid at the end of a run: a table where there is room, a list where there is not, plain words in a log file."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Final, TextIO

import rich.box
import rich.console
import rich.table
import rich.text

from harness.report import grid, links
from harness.report.marks import Mark
from harness.report.plan import NOTHING, Plan
from harness.run.rejudging import VERDICT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.model.cells import CellResult, RunInfo

STYLES: Final = {
    Mark.INFRA: "bold white on red",
    Mark.INCONCLUSIVE: "bold magenta",
    Mark.FAIL: "bold red",
    Mark.FIXED: "bold red",
    Mark.UNAVAILABLE: "bold red",
    Mark.NOT_RUN: "bold yellow",
    Mark.KNOWN_BUG: "yellow",
    Mark.SKIPPED: "dim",
    Mark.PASS: "green",
    Mark.UNSELECTED: "dim",
}
MORE: Final = re.compile(r" \(and (\d+) more\)")
"""As a reason says that there are others, which it has no room for."""
_PAST: Final = 12
"""Of the last runs those that fit below a word."""
_SQUARE_WIDTH: Final = 16
"""Columns that the longest word of a square needs, with its glyph and its border."""
_PLAIN_WIDTH: Final = 120


def render(
    run: RunInfo,
    cells: Sequence[CellResult],
    releases: Sequence[str],
    plan: Plan = NOTHING,
    past: grid.Past = grid.NO_PAST,
    *,
    stream: TextIO | None = None,
    width: int | None = None,
) -> None:
    """Prints the grid. Colour only on a terminal, and not where NO_COLOR is set."""
    stream = stream or sys.stdout
    table = grid.arrange(cells, releases, plan, past)
    if not stream.isatty():
        stream.write("\n".join(_plain(table)) + "\n")
        return
    console = rich.console.Console(file=stream, width=width, highlight=False, no_color="NO_COLOR" in os.environ or None)
    names = max((len(row.scenario) for row in table.rows), default=0)
    fits = names + 3 + sum(max(_SQUARE_WIDTH, len(str(column)) + 2) for column in table.columns) <= console.width
    console.print(_table(table) if fits else _list(table))
    console.print(_reasons(table), soft_wrap=True)


def _table(table: grid.Grid) -> rich.table.Table:
    drawn = rich.table.Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    drawn.add_column("scenario", no_wrap=True)
    for column in table.columns:
        drawn.add_column(str(column), no_wrap=True)
    for row in table.rows:
        drawn.add_row(row.scenario, *(_square(square) for square in row.squares))
    return drawn


def _square(square: grid.Square) -> rich.text.Text:
    if square.mark is Mark.UNSELECTED:
        return rich.text.Text("")
    text = rich.text.Text(f"{square.mark.glyph} {square.word}", style=STYLES[square.mark])
    if len(square.past) > 1:
        text.append("\n  ")
        for mark in square.past[-_PAST:]:
            text.append(mark.dot, style=STYLES[mark])
    return text


def _list(table: grid.Grid) -> rich.text.Text:
    text = rich.text.Text()
    for row in table.rows:
        text.append(f"{row.scenario}\n", style="bold")
        for square in row.squares:
            if square.mark is not Mark.UNSELECTED:
                text.append(f"  {square.column!s:<10} ")
                text.append(rich.text.Text("  ").join(_square(square).split("\n")))
                text.append("\n")
    return text


def _reasons(table: grid.Grid) -> rich.text.Text:
    text = rich.text.Text()
    for row, square in table.alarming:
        text.append(f"{square.mark.glyph} {square.word}", style=STYLES[square.mark])
        text.append(f"  {row.scenario} on {square.column}{_because(square)}\n")
    text.append(table.summary, style="bold")
    return text


def _because(square: grid.Square) -> str:
    """The reason, with the files that have all of it."""
    if not square.history:
        return f": {square.reason}" if square.reason else ""
    verdict = links.from_here(square.history.with_name(VERDICT))
    told, hidden = MORE.subn(lambda found: f" (and {_others(int(found[1]))}: {verdict})", square.reason)
    if not hidden and square.reason.endswith("..."):
        told = f"{square.reason} (in full: {verdict})"
    return f"{f': {told}' if told else ''} (history: {links.from_here(square.history)})"


def _others(number: int) -> str:
    return "1 more that does not hold" if number == 1 else f"{number} more that do not hold"


def _plain(table: grid.Grid) -> Iterator[str]:
    names = max((len(row.scenario) for row in table.rows), default=0)
    for row in table.rows:
        for square in row.squares:
            if square.mark is not Mark.UNSELECTED:
                reason = f"  {square.brief}" if square.reason else ""
                yield f"{square.word:<14} {row.scenario:<{names}}  {square.column!s:<10}{reason}".rstrip()[
                    :_PLAIN_WIDTH
                ]
    for row, square in table.alarming:
        yield f"{square.word}: {row.scenario} on {square.column}{_because(square)}"
    yield table.summary
