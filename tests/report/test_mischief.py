"""What must not break a report: odd text from a cluster, a disk that cannot be written, a history that is not one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from harness.model.errors import MachineUnfit
from harness.report import badge, grid, junit, markdown, page, page_share, recorded, results

if TYPE_CHECKING:
    from harness.model.cells import CellResult, RunInfo

ODD = "a|b\n</td><script>alert(1)</script> [x](y) `z` \x1b[31m \ud800"


def _odd(cell: CellResult) -> CellResult:
    return replace(cell, judgement=replace(cell.judgement, reason=ODD))


def test_odd_text_stays_text(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    found = (_odd(cells[4]),)
    table = [line for line in markdown.render(run, found, ("v3.5.10",)).splitlines() if line.startswith("| drain")]
    assert len(table) == 1
    assert table[0].replace(r"\|", "").count("|") == 3
    assert "<script>" not in table[0]
    for html in (page.render(run, found, ("v3.5.10",)), page_share.render(run, found)):
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html
    suite = ElementTree.fromstring(junit.render(run, found))
    assert "<script>alert(1)</script>" in suite.findall(".//failure")[0].get("message", "")
    ElementTree.fromstring(badge.svg(grid.arrange(found, ("v3.5.10",))))


def test_odd_text_can_be_written(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    found = (_odd(cells[4]),)
    results.write(run, found)
    results.write_whole(run.folder / "grid.md", markdown.render(run, found, ("v3.5.10",)))
    assert results.read(run.folder).cells[0].scenario == "drain"


def test_a_place_that_cannot_be_written_is_one_clear_line(run: RunInfo, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("")
    with pytest.raises(MachineUnfit, match=r"results.json cannot be written: Not a directory; free some"):
        results.write(run, ())


def test_what_is_no_history_is_said_without_the_place(cells: tuple[CellResult, ...]) -> None:
    cell = next(cell for cell in cells if cell.artefacts)
    assert cell.artefacts is not None
    assert cell.artefacts.history is not None
    cell.artefacts.history.write_text("nonsense\n")
    story = recorded.read(cell)
    assert "history.jsonl" in story.problem
    assert str(cell.artefacts.folder) not in story.problem
    assert story.lines == ()
    missing = replace(cell, artefacts=replace(cell.artefacts, history=Path("/nowhere/history.jsonl")))
    assert recorded.read(missing).problem
