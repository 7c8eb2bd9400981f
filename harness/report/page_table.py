"""The table of the HTML grid, with what filters it; below 700 pixels each scenario becomes a card."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

from harness.report import links
from harness.report.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from harness.model.column import Column
    from harness.report.grid import Grid, Row, Square
    from harness.report.targets import Target

    Leading = Callable[[Square], tuple[Target, ...]]

_PAST: Final = 15
"""The last runs, this one included, that a square shows."""


def render(table: Grid, leading: Leading) -> Iterator[str]:
    yield '<h2 id="grid" tabindex="-1">Scenario by release</h2>'
    yield from _filters(table)
    yield '<div class="wide" role="region" aria-labelledby="grid" tabindex="0"><table class="grid" role="table">'
    yield '<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">scenario</th>'
    yield "".join(_head(column, [row.squares[i] for row in table.rows]) for i, column in enumerate(table.columns))
    yield '</tr></thead><tbody role="rowgroup">'
    for row in table.rows:
        yield from _row(row, leading)
    yield '</tbody></table><p class="empty" hidden>No scenario fits the filter.</p></div>'


def _filters(table: Grid) -> Iterator[str]:
    tags = sorted({tag for row in table.rows for tag in row.tags})
    yield '<form class="filters" hidden role="search" aria-label="Filter the grid">'
    yield '<label>text <input type="search" name="text" placeholder="scenario, reason, cause"></label>'
    yield '<label>tag <select name="tag"><option value="">any</option>'
    yield "".join(f"<option>{escape(tag)}</option>" for tag in tags) + "</select></label>"
    yield "<fieldset><legend>verdict</legend>"
    for mark in table.counts:
        box = f'<input type="checkbox" name="mark" value="{mark}">'
        yield f'<label class="{mark}">{box}<span class="mark">{escape(mark.word)}</span></label>'
    yield '</fieldset><button type="reset">all</button><output aria-live="polite"></output></form>'


def _head(column: Column, squares: Iterable[Square]) -> str:
    """The head of a column, with how its cells ended as a bar."""
    counted: Counter[Mark] = Counter(square.mark for square in squares if square.mark is not Mark.UNSELECTED)
    told = [(mark, counted[mark]) for mark in Mark if counted[mark]]
    bar = "".join(f'<i class="{mark}" style="flex:{count}"></i>' for mark, count in told)
    words = ", ".join(f"{count} {mark.word}" for mark, count in told) or "nothing run"
    drawn = f'<span class="bar" role="img" aria-label="{escape(words)}" title="{escape(words)}">{bar}</span>'
    return f'<th scope="col" role="columnheader">{escape(str(column))}{drawn}</th>'


def _row(row: Row, leading: Leading) -> Iterator[str]:
    title = f"<small>{escape(row.title)}</small>" if row.title else ""
    yield f'<tr role="row" data-tags="{escape(" ".join(row.tags))}">'
    yield f'<th scope="row" role="rowheader"><span>{escape(row.scenario)}</span>{title}</th>'
    for square in row.squares:
        yield _square(square, leading)
    yield "</tr>"


def _square(square: Square, leading: Leading) -> str:
    if square.mark is Mark.UNSELECTED:
        return '<td role="cell" class="unselected"></td>'
    took = f"<time>{square.seconds:.1f} s</time>" if square.seconds is not None else ""
    word = f'<span class="mark"><span class="glyph">{square.mark.glyph}</span> {escape(square.word)}</span>'
    head = f'<div class="head"><span><span class="of">{escape(str(square.column))} </span>{word}</span>{took}</div>'
    why = f'<p class="why" title="{escape(square.reason)}">{escape(square.reason)}</p>' if square.reason else ""
    return f'<td role="cell" class="{square.mark}">{head}{why}{_past(square)}{evidence(square, leading)}</td>'


def _past(square: Square) -> str:
    shown = square.past[-_PAST:]
    if len(shown) < 2:
        return ""
    dots = "".join(f'<i class="{mark}">{mark.dot}</i>' for mark in shown)
    told = f"last {len(shown)} runs, oldest first: {_counted(shown)}"
    return f'<span class="past" role="img" aria-label="{escape(told)}" title="{escape(told)}">{dots}</span>'


def _counted(past: Iterable[Mark]) -> str:
    """`3 pass, then 1 fail`."""
    return ", then ".join(f"{len(list(same))} {mark.word}" for mark, same in groupby(past))


def evidence(square: Square, leading: Leading) -> str:
    """The links of a square: its evidence, and the thread that its known bug is discussed in."""
    found = [
        f'<a href="{escape(target.href)}" aria-label="{escape(target.about)}">{escape(target.word)}</a>'
        for target in leading(square)
    ]
    if thread := links.url(square.link):
        found.append(f'<a href="{escape(thread)}">{escape(links.label(square.link))}</a>')
    return f'<ul class="to">{"".join(f"<li>{link}</li>" for link in found)}</ul>' if found else ""
