from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from harness.model.errors import MachineUnfit
from harness.model.verdicts import Verdict
from harness.report import publish
from harness.report.chart import files

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo


def folder(cell: CellResult) -> Path:
    assert cell.artefacts is not None
    return cell.artefacts.folder


@pytest.fixture
def cell(cells: tuple[CellResult, ...]) -> CellResult:
    """The one with a history."""
    return next(cell for cell in cells if cell.artefacts)


def test_a_finished_run_has_a_picture_and_a_page_beside_each_history(
    run: RunInfo, cells: tuple[CellResult, ...], cell: CellResult
) -> None:
    publish.finish(run, cells, stream=io.StringIO(), html=False)
    picture = (folder(cell) / files.PICTURE).read_text(encoding="utf-8")
    assert "known bug" in picture
    assert "① kill-process" in picture
    assert (folder(cell) / files.PAGE).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(list(run.folder.rglob(files.PICTURE))) == 1


def test_the_verdict_of_the_cell_is_the_one_on_the_picture(cell: CellResult) -> None:
    changed = replace(cell, judgement=replace(cell.judgement, verdict=Verdict.FAIL, reason="it was <not> good"))
    path = files.draw(changed)
    assert path is not None
    assert "it was &lt;not&gt; good" in path.read_text(encoding="utf-8")


def test_what_is_drawn_stays_until_it_is_asked_for_again(cell: CellResult) -> None:
    path = files.draw(cell)
    assert path is not None
    path.write_text("mine", encoding="utf-8")
    files.draw(cell)
    assert path.read_text(encoding="utf-8") == "mine"
    files.draw(cell, again=True)
    assert path.read_text(encoding="utf-8").startswith("<svg ")


def test_a_cell_without_a_history_that_can_be_read_has_no_picture(
    cells: tuple[CellResult, ...], cell: CellResult
) -> None:
    assert [files.draw(other) for other in cells if not other.artefacts] == [None] * (len(cells) - 1)
    (folder(cell) / "history.jsonl").write_text("not a history\n")
    assert files.draw(cell) is None
    assert not (folder(cell) / files.PAGE).exists()


def test_a_picture_that_cannot_be_written_is_one_clear_error(cell: CellResult) -> None:
    (folder(cell) / files.PAGE).mkdir()
    with pytest.raises(MachineUnfit, match=r"timeline\.html cannot be written: "):
        files.draw(cell)
