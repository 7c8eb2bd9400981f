"""The grid where people discuss a run: in a pull request, a step summary, an issue."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from harness.report import grid, links
from harness.report.marks import Mark
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

ICONS: Final = {
    Mark.INFRA: "💥",
    Mark.INCONCLUSIVE: "❓",
    Mark.FAIL: "❌",
    Mark.FIXED: "🔧",
    Mark.UNAVAILABLE: "⛔",
    Mark.NOT_RUN: "⬜",
    Mark.KNOWN_BUG: "🐞",
    Mark.SKIPPED: "⏭️",
    Mark.PASS: "✅",
    Mark.UNSELECTED: "",
}
_PAST: Final = 10
"""The last runs, this one included, that a square shows."""
_SUMMARY_BYTES: Final = 1 << 20
"""Largest summary of a step: of more, GitHub says "upload aborted, supports content up to a size of 1024k"."""
_CUT: Final = "\n\nThe rest is left out here, where 1 MiB is shown at most; `grid.md` of the run has it all.\n"
_SPECIAL: Final = re.compile(r"([\\|*_`\[\]<>~])")


def render(
    run: RunInfo,
    cells: Sequence[CellResult],
    releases: Sequence[str],
    plan: Plan = NOTHING,
    past: grid.Past = grid.NO_PAST,
    *,
    linked: bool = True,
) -> str:
    """The grid with its counts, the full reasons of what went wrong, and a legend.

    `linked` adds links to the histories; they are relative to the run's folder.
    """
    table = grid.arrange(cells, releases, plan, past)
    folder = run.folder if linked else None
    return "\n".join([*_head(run, table), *_table(table, folder), *_reasons(table, folder), *_legend(table), ""])


def _head(run: RunInfo, table: grid.Grid) -> Iterator[str]:
    yield f"## Argo Shakedown: {table.summary}"
    yield ""
    yield (
        f"Run `{run.name}`: Kubernetes {escape(run.on)}, provider {escape(run.provider)}, "
        f"settings `{run.settings}`, harness {escape(run.harness)}."
    )
    yield ""


def _table(table: grid.Grid, folder: Path | None) -> Iterator[str]:
    yield "| scenario | " + " | ".join(map(str, table.columns)) + " |"
    yield "|---|" + "---|" * len(table.columns)
    for row in table.rows:
        squares = " | ".join(_square(square, folder) for square in row.squares)
        yield f"| {escape(row.scenario)} | {squares} |"


def _square(square: grid.Square, folder: Path | None) -> str:
    if square.mark is Mark.UNSELECTED:
        return ""
    lines = [f"{ICONS[square.mark]} **{escape(square.word)}**", escape(square.brief), _small(square, folder)]
    return "<br>".join(line for line in lines if line)


def _small(square: grid.Square, folder: Path | None) -> str:
    parts = []
    if square.seconds is not None:
        parts.append(f"{square.seconds:.1f} s")
    if folder and square.history:
        parts.append(f"[history](<{links.relative(square.history, folder)}>)")
    if target := links.url(square.link):
        parts.append(f"[{escape(links.label(square.link))}]({target})")
    if len(square.past) > 1:
        parts.append("".join(ICONS[mark] for mark in square.past[-_PAST:]))
    return f"<sub>{' · '.join(parts)}</sub>" if parts else ""


def _reasons(table: grid.Grid, folder: Path | None) -> Iterator[str]:
    found = list(table.alarming)
    if found:
        yield ""
        yield "### To look at"
        yield ""
    for row, square in found:
        history = f" ([history](<{links.relative(square.history, folder)}>))" if folder and square.history else ""
        reason = f": {escape(square.reason)}" if square.reason else ""
        yield f"- {ICONS[square.mark]} **{escape(row.scenario)}** on {square.column}, {square.word}{reason}{history}"


def _legend(table: grid.Grid) -> Iterator[str]:
    told = [f"{ICONS[mark]} {mark.word}: {mark.meaning}" for mark in table.counts]
    if any(len(square.past) > 1 for row in table.rows for square in row.squares):
        told.append("Several icons in a row: the last runs, this one at the end")
    if told:
        yield ""
        yield f"<sub>{'<br>'.join(told)}</sub>"


def escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def append_step_summary(text: str) -> None:
    """GitHub shows what is appended to this file on the page of the workflow run; of too much it would show nothing."""
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(path, "ab") as summary:  # noqa: PTH123  # a Path would be made only to be opened
            summary.write(_fitted(text, _SUMMARY_BYTES - summary.tell()).encode(errors="replace"))


def _fitted(text: str, room: int) -> str:
    """As many whole lines as there is room for; what is left out is told."""
    if len(text.encode(errors="replace")) <= room:
        return text
    kept, room = [], room - len(_CUT.encode())
    for line in text.splitlines(keepends=True):
        room -= len(line.encode(errors="replace"))
        if room < 0:
            break
        kept.append(line)
    return "".join([*kept, _CUT])
