"""One file that can be sent to somebody: the grid, and below it the evidence of every cell that fits.

The Allure report has more, but it takes a minute to find one's way in it; this is what one reads in a mail.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Final

from harness.report import again, grid, node_table, page, recorded
from harness.report.plan import NOTHING, Plan
from harness.report.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo
    from harness.model.verdicts import Judgement, Landing

FILE: Final = "share.html"
LIMIT: Final = 20_000_000
"""Bytes of pictures and timelines; mail takes 25 MB."""
_DRAWN: Final = "timeline.svg"
_LINES: Final = 400


def render(run: RunInfo, cells: Sequence[CellResult], plan: Plan = NOTHING, past: grid.Past = grid.NO_PAST) -> str:
    table = grid.arrange(cells, run.argo, plan, past)
    shown = [square for row in table.rows for square in row.squares if square.cell]
    below = _sections(sorted(shown, key=lambda square: square.mark.rank))
    return page.render(run, cells, run.argo, plan, past, leads=page.Leads(square=_details), below=below)


def _details(square: grid.Square) -> tuple[Target, ...]:
    if square.cell is None:
        return ()
    about = f"details of {square.cell.scenario} on {square.column}"
    return (Target(word="details", href=f"#{_anchor(square.cell)}", about=about),)


def _anchor(cell: CellResult) -> str:
    return "cell-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{cell.scenario}-{cell.column.id}")


def _sections(squares: Sequence[grid.Square]) -> Iterator[str]:
    """The worst first, and what is long only while there is room."""
    room = LIMIT
    yield "<h2>Cells</h2>"
    for square in squares:
        assert square.cell is not None
        story = _story(square.cell)
        if len(story) > room:
            story = "<p>The timeline is left out here, to keep this file small.</p>"
        room -= len(story)
        yield "".join(_section(square, square.cell, story))


def _section(square: grid.Square, cell: CellResult, story: str) -> Iterator[str]:
    judgement = cell.judgement
    word = f'<span class="mark"><span class="glyph">{square.mark.glyph}</span> {escape(square.word)}</span>'
    yield f'<section class="cell {square.mark}" id="{_anchor(cell)}">'
    yield f"<h3>{escape(cell.scenario)} on {escape(str(cell.column))}: {word}</h3>"
    yield f"<p>{escape(judgement.reason)}</p><p>Again: <code>{escape(again.command(cell))}</code></p>"
    if judgement.landings:
        yield _table(
            ("fault", "triggered", "accepted", "landed", "latency", "proof"), map(_landing, judgement.landings)
        )
    yield from _wrong(judgement)
    yield f"{story}</section>"


def _landing(landing: Landing) -> tuple[str, ...]:
    moments = (landing.triggered, landing.accepted, landing.landed)
    latency = "-" if landing.latency is None else f"{landing.latency * 1000:.0f} ms"
    times = ("-" if t is None else f"{t:+.3f} s" for t in moments)
    return landing.name, *times, latency, landing.proof or landing.problem or landing.not_drawn or "none"


def _wrong(judgement: Judgement) -> Iterator[str]:
    wrong = [check for check in judgement.checks if not check.holds]
    if wrong:
        yield f"<pre>{escape(node_table.checks(wrong))}</pre>"
    for violation in judgement.violations:
        waived = f" (waived: {violation.waived})" if violation.waived else ""
        yield f"<p>Invariant <b>{escape(violation.invariant)}</b>: {escape(violation.message + waived)}</p>"


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    titles = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _story(cell: CellResult) -> str:
    """The picture of the history where one was drawn, else its lines."""
    history = cell.artefacts.history if cell.artefacts else None
    if history is None:
        return ""
    drawn = _picture(history.parent / _DRAWN, cell)
    return f"<details><summary>Timeline</summary>{drawn or _lines(cell)}</details>"


def _picture(path: Path, cell: CellResult) -> str:
    """As an image, in which nothing runs and whose styles stay its own."""
    try:
        data = b64encode(path.read_bytes()).decode()
    except OSError:
        return ""
    about = escape(f"timeline of {cell.scenario} on {cell.column}")
    return f'<div class="scroll" tabindex="0"><img alt="{about}" src="data:image/svg+xml;base64,{data}"></div>'


def _lines(cell: CellResult) -> str:
    story = recorded.read(cell)
    lines = [*([story.problem] if story.problem else []), *story.lines]
    if len(lines) > _LINES:
        half = _LINES // 2
        lines[half:-half] = [f"... {len(lines) - 2 * half} lines are left out here; the history has them"]
    return f'<pre tabindex="0">{escape(chr(10).join(lines))}</pre>'
