from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.report import decisive_moment, recorded

if TYPE_CHECKING:
    from harness.model.cells import CellResult


def _lost(cells: tuple[CellResult, ...]) -> CellResult:
    return next(cell for cell in cells if cell.artefacts)


def _around(cell: CellResult) -> list[str]:
    return decisive_moment.around(cell.judgement, recorded.read(cell)).splitlines()


def test_a_broken_invariant_stands_before_the_entry_that_broke_it(cells: tuple[CellResult, ...]) -> None:
    lines = _around(_lost(cells))
    at = next(number for number, line in enumerate(lines) if line.startswith("----"))
    assert lines[at] == "---- invariant completion-agrees is broken: phase Error, but not completed | at all"
    assert "+3.214s" in lines[at + 1]
    assert "+1.300s" in lines[at - 1]


def test_without_one_it_is_where_the_last_fault_landed(cells: tuple[CellResult, ...]) -> None:
    cell = _lost(cells)
    lines = _around(replace(cell, judgement=replace(cell.judgement, violations=())))
    at = lines.index("---- lose-wait has landed")
    assert "+4.100s" in lines[at + 1]


def test_without_a_fault_it_is_the_end(cells: tuple[CellResult, ...]) -> None:
    cell = _lost(cells)
    lines = _around(replace(cell, judgement=replace(cell.judgement, violations=(), landings=())))
    assert lines[-2] == "---- the end"
    assert "stuck" in lines[-1]


def test_without_a_history_there_is_none(cells: tuple[CellResult, ...]) -> None:
    assert _around(cells[0]) == []
