"""The grid as one HTML file that opens anywhere: what people read first of a run, and what there is without Node.

It loads nothing, and reads well without its script, which only filters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.report import grid, page_table
from harness.report.marks import Mark
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from harness.model.cells import CellResult, RunInfo
    from harness.report.grid import Grid, Square
    from harness.report.targets import Target

_ASSETS: Final = Path(__file__).parent / "assets"
_LOOKED_AT: Final = 25
"""Lines above the grid; it has all that is alarming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Where the page leads: `square` for the evidence of one square, `others` for other views of the run."""

    square: Callable[[Square], tuple[Target, ...]] = lambda _: ()
    others: tuple[tuple[str, str], ...] = ()


NOWHERE: Final = Leads()


def render(
    run: RunInfo,
    cells: Sequence[CellResult],
    releases: Sequence[str],
    plan: Plan = NOTHING,
    past: grid.Past = grid.NO_PAST,
    *,
    note: str = "",
    leads: Leads = NOWHERE,
    below: Iterable[str] = (),
) -> str:
    """`note` stands above the grid, `below` are sections of HTML that follow it."""
    table = grid.arrange(cells, releases, plan, past)
    parts = [
        *_head(run, table),
        *_header(run, table, leads, note),
        "<main>",
        *_look(table, leads),
        *page_table.render(table, leads.square),
        *_legend(table),
        *below,
        "</main>",
        *_foot(run),
    ]
    return "\n".join([*parts, ""])


def _head(run: RunInfo, table: Grid) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(table.summary)} - Argo Shakedown {escape(run.name)}</title>"
    yield f"<style>{(_ASSETS / 'grid.css').read_text(encoding='utf-8')}</style></head><body>"
    yield '<a class="skip" href="#grid">Skip to the grid</a>'


def _header(run: RunInfo, table: Grid, leads: Leads, note: str) -> Iterator[str]:
    began = datetime.fromtimestamp(run.started, UTC)
    facts = [
        f"run {run.name}", f"{began:%Y-%m-%d %H:%M} UTC", f"Kubernetes {run.on}", f"provider {run.provider}",
        f"settings {run.settings}", f"harness {run.harness}",
    ]  # fmt: skip
    yield f'<header><p class="brand">Argo Shakedown</p><h1>{escape(_headline(table))}</h1><ul class="meta">'
    yield "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    yield "".join(f'<li><a href="{escape(href)}">{escape(word)}</a></li>' for word, href in leads.others)
    yield "</ul>"
    if note:
        yield f'<p class="note">{escape(note)}</p>'
    yield '<ul class="tiles" aria-label="Cells by verdict">'
    for mark, count in table.counts.items():
        word = f'<b><span>{count}</span><span class="glyph">{mark.glyph}</span>{escape(mark.word)}</b>'
        yield f'<li class="{mark}">{word}<small>{escape(mark.meaning)}</small></li>'
    yield "</ul></header>"


def _headline(table: Grid) -> str:
    total, wrong = sum(table.counts.values()), len(list(table.alarming))
    if not total:
        return "No cells were run"
    if wrong:
        return f"{wrong} of {total} cells to look at"
    return f"All {total} cells are as declared" if total > 1 else "The cell is as declared"


def _look(table: Grid, leads: Leads) -> Iterator[str]:
    """One line for what is the same on several releases."""
    found: dict[tuple[Mark, str, str], list[Square]] = {}
    for row, square in table.alarming:
        found.setdefault((square.mark, row.scenario, square.reason), []).append(square)
    if not found:
        return
    yield '<h2>To look at</h2><ul class="look">'
    for (mark, scenario, reason), squares in [*found.items()][:_LOOKED_AT]:
        word = f'<span class="mark"><span class="glyph">{mark.glyph}</span> {escape(mark.word)}</span>'
        where = ", ".join(_release(square, leads) for square in squares)
        why = f"<span>{escape(reason)}</span>" if reason else ""
        yield f'<li class="{mark}"><span>{word} <b>{escape(scenario)}</b> on {where}</span>{why}</li>'
    if len(found) > _LOOKED_AT:
        yield f"<li>and {len(found) - _LOOKED_AT} more in the grid</li>"
    yield "</ul>"


def _release(square: Square, leads: Leads) -> str:
    """Leads to the best evidence that there is."""
    name = escape(str(square.column))
    for target in leads.square(square)[:1]:
        return f'<a href="{escape(target.href)}" aria-label="{name}: {escape(target.about)}">{name}</a>'
    return name


def _legend(table: Grid) -> Iterator[str]:
    yield '<details><summary>What the marks mean</summary><dl class="legend">'
    for mark in Mark:
        glyph = f'<span class="mark {mark}"><span class="glyph">{mark.glyph}</span> {escape(mark.word)}</span>'
        shown = "an empty square" if mark is Mark.UNSELECTED else glyph
        yield f"<dt>{shown}</dt><dd>{escape(mark.meaning)}</dd>"
    if any(len(square.past) > 1 for row in table.rows for square in row.squares):
        yield "<dt>a row of marks</dt><dd>the last runs, oldest first; this one is underlined; ● is a pass</dd>"
    yield "</dl></details>"


def _foot(run: RunInfo) -> Iterator[str]:
    again = f"shakedown report reports/{run.name}"
    yield f"<footer>Made again by <code>{escape(again)}</code>, from results.json.</footer>"
    yield f"<script>{(_ASSETS / 'grid.js').read_text(encoding='utf-8')}</script></body></html>"
