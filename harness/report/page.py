"""The grid as one HTML file without scripts: what is left when Allure cannot be had, and what opens anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from harness.report import grid, links
from harness.report.grid import Mark
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

_GLYPHS: Final = {
    Mark.INFRA: "!",
    Mark.INCONCLUSIVE: "?",
    Mark.FAIL: "✗",
    Mark.FIXED: "✗",
    Mark.UNAVAILABLE: "⊘",
    Mark.NOT_RUN: "·",
    Mark.KNOWN_BUG: "✓",
    Mark.SKIPPED: "-",
    Mark.PASS: "✓",
    Mark.UNSELECTED: "",
}
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --bad: #b42318; --odd: #8a3ffc; --bug: #8a6100; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8f86; --odd: #c9a8ff; --bug: #e3b341; --good: #56d364; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .4rem .6rem; text-align: left;
  vertical-align: top; } th[scope=row] { font-weight: 600; } td small, th small { display: block; font-weight: 400; }
.infra b, .fail b, .fixed b, .unavailable b { color: var(--bad); } .inconclusive b, .not-run b { color: var(--odd); }
.known-bug b { color: var(--bug); } .pass b { color: var(--good); } .note { border-left: 4px solid var(--bug);
  padding: .2rem .8rem; }
"""


def render(
    run: RunInfo,
    cells: Sequence[CellResult],
    releases: Sequence[str],
    plan: Plan = NOTHING,
    *,
    note: str = "",
    linked: bool = True,
) -> str:
    """`note` stands above the grid. `linked` adds links to the histories, relative to the run's folder."""
    table = grid.arrange(cells, releases, plan)
    return "\n".join([*_head(run, table, note), *_table(table, run.folder if linked else None), "</body></html>", ""])


def _head(run: RunInfo, table: grid.Grid, note: str) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Argo Shakedown {escape(run.name)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>Argo Shakedown: {escape(table.summary)}</h1>"
    yield (
        f"<p>Run {escape(run.name)}: Kubernetes {escape(run.kubernetes)}, provider {escape(run.provider)}, "
        f"settings {escape(run.settings)}, harness {escape(run.harness)}.</p>"
    )
    if note:
        yield f'<p class="note">{escape(note)}</p>'


def _table(table: grid.Grid, folder: Path | None) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr><th scope="col">scenario</th>'
    yield "".join(f'<th scope="col">{escape(release)}</th>' for release in table.releases) + "</tr></thead><tbody>"
    for row in table.rows:
        title = f"<small>{escape(row.title)}</small>" if row.title else ""
        squares = "".join(_square(square, folder) for square in row.squares)
        yield f'<tr><th scope="row">{escape(row.scenario)}{title}</th>{squares}</tr>'
    yield "</tbody></table></div>"


def _square(square: grid.Square, folder: Path | None) -> str:
    if square.mark is Mark.UNSELECTED:
        return "<td></td>"
    word = f"<b>{_GLYPHS[square.mark]} {escape(square.word)}</b>"
    reason = f"<small>{escape(square.reason)}</small>" if square.reason else ""
    return f'<td class="{square.mark}">{word}{reason}{_small(square, folder)}</td>'


def _small(square: grid.Square, folder: Path | None) -> str:
    parts = [f"{square.seconds:.1f} s"] if square.seconds is not None else []
    if folder and square.history:
        parts.append(f'<a href="{escape(links.relative(square.history, folder))}">history</a>')
    if target := links.url(square.link):
        parts.append(f'<a href="{escape(target)}">{escape(links.label(square.link))}</a>')
    return f"<small>{' · '.join(parts)}</small>" if parts else ""
