"""The comparison as people read it, in Markdown, and as programs do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from harness.model.verdicts import Verdict
from harness.report.comparison.differences import Kind
from harness.report.markdown import ICONS, escape
from harness.report.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.report.comparison.differences import Difference
    from harness.report.comparison.table import Row, Square, Table
    from harness.report.results import Results

FORMAT: Final = "argo-shakedown-comparison"
VERSION: Final = 1
_TITLES: Final = {
    Kind.VERDICT: "Another verdict",
    Kind.NOT_RUN: "Not run",
    Kind.NO_ANSWER: "No answer",
    Kind.CAUSE: "Another cause",
    Kind.REASON: "Another reason",
    Kind.REFUSED: "What a provider cannot do",
    Kind.NOT_SELECTED: "Not asked for",
    Kind.SETTINGS: "Settings of the controller",
    Kind.OOM: "Out-of-memory kills",
    Kind.TIME: "Timing",
}


def render(runs: Sequence[Results], table: Table, found: Sequence[Difference]) -> str:
    lines = (*_head(runs, table), *_table(table, found), *_differences(found))
    return "\n".join(lines) + "\n"


def as_json(runs: Sequence[Results], table: Table, found: Sequence[Difference]) -> str:
    told = {
        "format": FORMAT,
        "version": VERSION,
        "runs": [{"name": run.run.name, "provider": run.run.provider, "kubernetes": run.run.on} for run in runs],
        "providers": [str(place) for place in table.places],
        "rows": [_row_json(row) for row in table.rows],
        "differences": [asdict(each) for each in found],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def alike(table: Table, found: Sequence[Difference]) -> tuple[int, int]:
    """How many cells have one verdict on several providers, and how many ran on several; what was skipped has not."""
    differing = {(each.scenario, each.argo) for each in found if each.kind in (Kind.VERDICT, Kind.NO_ANSWER)}
    ran = [row for row in table.rows if sum(square.verdicts != (Verdict.SKIPPED,) for square in row.run) > 1]
    return sum((row.scenario, row.argo) not in differing for row in ran), len(ran)


def _head(runs: Sequence[Results], table: Table) -> Iterator[str]:
    yield f"# Argo Shakedown on {' and '.join(escape(str(place)) for place in table.places)}"
    yield ""
    yield "Made by `shakedown compare` from these runs; the seconds are those from the start of a cell to its outcome."
    yield ""
    for run in runs:
        about = f"provider {escape(run.run.provider)}, Kubernetes {escape(run.run.on)}"
        yield f"- `{run.run.name}`: {about}, settings `{run.run.settings}`, harness {escape(run.run.harness)}"


def _table(table: Table, found: Sequence[Difference]) -> Iterator[str]:
    same, compared = alike(table, found)
    yield ""
    yield f"The same verdict for {same} of {compared} cells that ran on more than one provider."
    yield ""
    yield f"| scenario | release | {' | '.join(escape(str(place)) for place in table.places)} |"
    yield f"|---|---|{'---|' * len(table.places)}"
    for row in table.rows:
        squares = " | ".join(_square(row, square, found) for square in row.squares)
        yield f"| {escape(row.scenario)} | {escape(row.argo)} | {squares} |"


def _square(row: Row, square: Square, found: Sequence[Difference]) -> str:
    if not square.verdicts:
        mine = [each.kind for each in found if (each.scenario, each.argo) == (row.scenario, row.argo)]
        return "cannot" if Kind.REFUSED in mine else "not run"
    icons = "".join(ICONS[Mark(verdict)] for verdict in square.verdicts)
    count = f", median of {square.runs}" if square.runs > 1 else ""
    time = f" <sub>{square.seconds:.1f} s{count}</sub>" if square.seconds is not None else ""
    return f"{icons} {escape(square.word)}{time}"


def _differences(found: Sequence[Difference]) -> Iterator[str]:
    if not found:
        yield ""
        yield "Nothing differs."
    for kind in dict.fromkeys(each.kind for each in found):
        yield ""
        yield f"## {_TITLES[kind]}"
        yield ""
        for each in (each for each in found if each.kind is kind):
            yield f"- **{escape(each.scenario)}** on {escape(each.argo)}: {escape(each.text)}"


def _row_json(row: Row) -> dict[str, object]:
    return {
        "scenario": row.scenario,
        "argo": row.argo,
        "squares": [
            {
                "provider": str(square.place),
                "verdicts": list(square.verdicts),
                "causes": [cause for cause in square.causes if cause],
                "seconds": square.seconds,
                "runs": square.runs,
                "cgroups": list(square.facts.cgroups),
            }
            for square in row.squares
        ],
    }
