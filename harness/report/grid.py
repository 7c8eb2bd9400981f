"""The one picture that answers "which release behaves how": scenario x release, whatever it is drawn with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.model.column import Column
from harness.model.verdicts import Verdict
from harness.report.marks import Mark, mark_of
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult

REASON_WIDTH: Final = 90
"""Characters of a reason in a square; the whole one stands below the grid where it matters."""
Past = Mapping[tuple[str, str, str], tuple[Mark, ...]]
"""How the last runs ended, by scenario, release and Kubernetes."""
NO_PAST: Final[Past] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One column of one scenario. `tally` is "2/5" where 2 of 5 repetitions ended as `mark` says, else empty; `past`
    are the runs before and this one, oldest first. `cell` is the result that is shown, if there is one."""

    mark: Mark
    column: Column
    reason: str = ""
    tally: str = ""
    seconds: float | None = None
    history: Path | None = None
    link: str = ""
    past: tuple[Mark, ...] = ()
    cell: CellResult | None = None

    @property
    def word(self) -> str:
        return f"{self.mark.word} {self.tally}".strip()

    @property
    def brief(self) -> str:
        return self.reason if len(self.reason) <= REASON_WIDTH else self.reason[: REASON_WIDTH - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    scenario: str
    title: str
    squares: tuple[Square, ...]
    tags: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        return min(square.mark.rank for square in self.squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """`counts` is over squares, worst mark first."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    counts: Mapping[Mark, int]

    @property
    def summary(self) -> str:
        return ", ".join(f"{count} {mark.word}" for mark, count in self.counts.items()) or "no cells"

    @property
    def alarming(self) -> Iterable[tuple[Row, Square]]:
        """Squares that somebody has to look at, worst first."""
        found = [(row, square) for row in self.rows for square in row.squares if square.mark.alarming]
        return sorted(found, key=lambda pair: pair[1].mark.rank)


def arrange(cells: Sequence[CellResult], releases: Sequence[str], plan: Plan = NOTHING, past: Past = NO_PAST) -> Grid:
    """Rows are sorted worst first; columns are the `releases`, on each Kubernetes where there are several; those that
    only cells or the plan name come after."""
    columns = _columns(cells, releases, plan)
    by_name: dict[str, list[CellResult]] = {name: [] for name in _names(cells, plan)}
    for cell in cells:
        by_name[cell.scenario].append(cell)
    made = (_row(name, mine, columns, plan, past) for name, mine in by_name.items())
    rows = sorted(made, key=lambda row: (row.rank, row.scenario))
    counted: Counter[Mark] = Counter(
        square.mark for row in rows for square in row.squares if square.mark is not Mark.UNSELECTED
    )
    counts = {mark: counted[mark] for mark in Mark if counted[mark]}
    return Grid(columns=columns, rows=tuple(rows), counts=counts)


def _columns(cells: Sequence[CellResult], releases: Sequence[str], plan: Plan) -> tuple[Column, ...]:
    used = tuple(dict.fromkeys((*(column for _, column in plan.cells), *(cell.column for cell in cells))))
    several = {column.kubernetes for column in used} - {""}
    lacking = (release for release in plan.unavailable if release not in several)
    named = dict.fromkeys((*releases, *lacking, *(column.argo for column in used)))
    return tuple(column for argo in named for column in _of(argo, used))


def _of(argo: str, used: Sequence[Column]) -> Sequence[Column]:
    """A release that nothing was to run on has a column all the same."""
    return [column for column in used if column.argo == argo] or [Column(argo)]


def _names(cells: Sequence[CellResult], plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(name for name, _ in plan.cells), *(cell.scenario for cell in cells))))


def _row(name: str, mine: Sequence[CellResult], columns: Sequence[Column], plan: Plan, past: Past) -> Row:
    squares = tuple(_square(name, each, [cell for cell in mine if cell.column == each], plan, past) for each in columns)
    tags = tuple(dict.fromkeys(tag for cell in mine for tag in cell.tags))
    return Row(scenario=name, title=mine[0].title if mine else "", squares=squares, tags=tags)


def _square(name: str, column: Column, cells: Sequence[CellResult], plan: Plan, past: Past) -> Square:
    planned = (name, column) in plan.cells
    told = any(cell.judgement.verdict not in (Verdict.INFRA, Verdict.SKIPPED) for cell in cells)
    # what ran elsewhere stands, though another job could not get the release
    if not told and (lacking := plan.lacking(column)) and (planned or cells):
        return Square(mark=Mark.UNAVAILABLE, column=column, reason=lacking)
    if not cells:
        return Square(mark=Mark.NOT_RUN if planned else Mark.UNSELECTED, column=column)
    return _worst(column, cells, past)


def _worst(column: Column, cells: Sequence[CellResult], past: Past) -> Square:
    worst = min(cells, key=lambda cell: mark_of(cell.judgement.verdict).rank)
    same = sum(cell.judgement.verdict is worst.judgement.verdict for cell in cells)
    return Square(
        mark=mark_of(worst.judgement.verdict),
        column=column,
        reason=" ".join(worst.judgement.reason.split()),
        tally=_tally(worst) or (f"{same}/{len(cells)}" if len(cells) > 1 else ""),
        seconds=worst.seconds if worst.seconds > 0 else None,
        history=worst.artefacts.history if worst.artefacts else None,
        link=worst.judgement.link,
        past=past.get((worst.scenario, worst.argo, worst.kubernetes), ()),
        cell=worst,
    )


def _tally(cell: CellResult) -> str:
    """Of the runs of a repeated cell: those that ended as the square says, and those that told anything."""
    if cell.repetition is None or cell.judgement.verdict is Verdict.INCONCLUSIVE:
        return ""
    alike = [run for run in cell.repetition.runs if run.verdict is cell.judgement.verdict]
    same = sum(not run.left_out for run in alike) or len(alike)
    return f"{same}/{max(cell.repetition.n, same)}"
