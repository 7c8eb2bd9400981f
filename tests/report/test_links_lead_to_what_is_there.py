from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from harness.model.column import Column
from harness.report import allure_pages, grid
from harness.report.targets import Targets

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

LOST = ("task-result-lost", Column("v3.5.10"))


def _square(run: RunInfo, cells: tuple[CellResult, ...], argo: str) -> grid.Square:
    rows = {row.scenario: row for row in grid.arrange(cells, run.argo).rows}
    (found,) = (square for square in rows["task-result-lost"].squares if square.column == Column(argo))
    return found


def test_a_square_leads_to_its_files(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    square = _square(run, cells, "v3.5.10")
    targets = Targets(folder=run.folder, pages={LOST: "#abc"})
    assert [target.word for target in targets.of(square)] == ["Allure", "history"]
    (run.folder / "cells/task-result-lost/v3.5.10/timeline.html").write_text("")
    (run.folder / "bundles").mkdir()
    (run.folder / "bundles/task-result-lost-v3.5.10.zip").write_text("")
    folder = "cells/task-result-lost/v3.5.10"
    assert {target.word: target.href for target in targets.of(square)} == {
        "Allure": "index.html#abc",
        "timeline": f"{folder}/timeline.html",
        "history": f"{folder}/history.jsonl",
        "bundle": "bundles/task-result-lost-v3.5.10.zip",
    }
    for target in targets.of(square):
        assert target.about.endswith("of task-result-lost on v3.5.10")


def test_nothing_leads_to_what_is_not_there(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    assert Targets(folder=run.folder, pages={}).of(_square(run, cells, "v3.7.15")) == ()


def test_the_page_of_a_cell_is_named_after_the_uuid_of_its_last_result(tmp_path: Path) -> None:
    labels = [{"name": "ALLURE_ID", "value": "oom"}, {"name": "argo", "value": "v3.5.10"}]
    for uuid, stop in (("first", 1), ("last", 3), ("second", 2)):
        told = {"uuid": uuid, "stop": stop, "labels": labels}
        (tmp_path / f"{uuid}-result.json").write_text(json.dumps(told))
    (tmp_path / "other-result.json").write_text('{"uuid": "x", "labels": []}')
    (tmp_path / "cut-result.json").write_text('{"uuid": ')
    digest = hashlib.md5(b"last", usedforsecurity=False).hexdigest()
    assert allure_pages.find(tmp_path) == {("oom", Column("v3.5.10")): f"#{digest}"}
    assert allure_pages.find(tmp_path / "nowhere") == {}
