from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.column import Column
from harness.model.errors import UsageError
from harness.report import contract, latest, results
from harness.report.plan import Plan

if TYPE_CHECKING:
    from harness.model.cells import CellResult, RunInfo

SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"
PLAN = Plan(
    cells=(("oom-main", Column("v3.5.10")), ("never", Column("v3.7.15"))), unavailable={"v3.4.99": "no such tag"}
)


def _loaded(path: Path) -> Any:
    return json.loads(path.read_text())


def test_what_is_written_is_read_back(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    found = results.read(results.write(run, cells, PLAN))
    assert (found.run, found.cells, found.plan) == (run, cells, PLAN)


def test_the_folder_of_a_run_can_be_read_after_it_was_moved(
    run: RunInfo, cells: tuple[CellResult, ...], tmp_path: Path
) -> None:
    results.write(run, cells)
    moved = run.folder.rename(tmp_path / "elsewhere")
    found = results.read(moved)
    assert found.run == replace(run, folder=moved)
    history = next(cell.artefacts.history for cell in found.cells if cell.artefacts)
    assert history is not None
    assert history.is_file()


def test_the_documented_fields_are_there(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    data = _loaded(results.write(run, cells, PLAN))
    assert data["argo"] == ["v3.5.10", "v3.7.15"]
    assert data["counts"]["pass"] == 3
    assert data["expected"][1] == {"scenario": "never", "argo": "v3.7.15", "kubernetes": "v1.33.13"}
    found = data["cells"][2]
    asked = ("scenario", "argo", "kubernetes", "provider", "verdict", "cause", "seconds", "history")
    assert {key: found[key] for key in asked} == {
        "scenario": "task-result-lost",
        "argo": "v3.5.10",
        "kubernetes": "v1.33.13",
        "provider": "local",
        "verdict": "known-bug",
        "cause": "task-result-incomplete",
        "seconds": 21.75,
        "history": "cells/task-result-lost/v3.5.10/history.jsonl",
    }
    assert found["landings"][0]["fault"] == "kill-process"
    assert found["landings"][0]["latency"] == pytest.approx(0.018)


def test_the_file_names_no_absolute_path(run: RunInfo, cells: tuple[CellResult, ...], tmp_path: Path) -> None:
    assert str(tmp_path) not in results.write(run, cells).read_text()


def test_the_committed_schema_is_that_of_the_types() -> None:
    assert _loaded(SCHEMA) == contract.schema(), (
        "write it anew: python -m harness.report.contract > docs/results.schema.json"
    )


def test_every_field_of_the_schema_is_required_and_none_is_extra() -> None:
    cell = _loaded(SCHEMA)["$defs"]["CellShape"]
    assert set(cell["required"]) == set(cell["properties"])
    assert cell["additionalProperties"] is False


def test_a_file_is_replaced_as_a_whole(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    path = results.write(run, cells[:1])
    with path.open() as old:
        results.write(run, cells)
        assert len(json.load(old)["cells"]) == 1
    assert len(_loaded(path)["cells"]) == len(cells)
    assert [file.name for file in run.folder.iterdir() if file.is_file()] == ["results.json"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "at the top: Invalid JSON"),
        ("{}", "at format: Field required"),
        ('{"format": "argo-shakedown-results", "version": 2}', "at version: Input should be 1"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(UsageError) as error:
        results.read(tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: No such file"):
        results.read(tmp_path / "nothing")


def test_latest_moves_to_the_newest_run(run: RunInfo) -> None:
    for name in ("one", "two"):
        folder = run.folder.parent / name
        folder.mkdir(parents=True)
        assert latest.point(folder) == ""
        assert (folder.parent / "latest").resolve() == folder
    assert sorted(path.name for path in run.folder.parent.iterdir()) == ["latest", "one", "two"]


def test_a_folder_in_the_place_of_latest_is_left_alone(run: RunInfo) -> None:
    (run.folder.parent / "latest" / "precious").mkdir(parents=True)
    run.folder.mkdir()
    said = latest.point(run.folder)
    assert "was not moved to this run" in said
    assert str(run.folder) in said
    assert (run.folder.parent / "latest" / "precious").is_dir()
    assert not list(run.folder.parent.glob(".latest*"))


def test_every_field_of_the_file_is_documented() -> None:
    page = (SCHEMA.parent / "results.md").read_text(encoding="utf-8")
    told = contract.schema()
    shapes = [told, *(shape for name, shape in told["$defs"].items() if name not in ("Judgement", "Landing"))]
    fields = {field for shape in shapes for field in shape.get("properties", {})}
    assert {field for field in fields if f"`{field}`" not in page} == set()
