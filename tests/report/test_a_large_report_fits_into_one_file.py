"""Broken on purpose: folders of Allure results that are too large, and what is given up of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from harness.report import allure_fitting

if TYPE_CHECKING:
    from pathlib import Path

EVIDENCE = {"history.jsonl.gz": 900, "controller log": 4000, "timeline": 800, "nodes, expected against seen": 300}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "allure-results"
    folder.mkdir()
    for verdict in ("pass", "known-bug", "fail"):
        attachments = [{"name": name, "source": f"{verdict}-{size}.txt"} for name, size in EVIDENCE.items()]
        for size in EVIDENCE.values():
            (folder / f"{verdict}-{size}.txt").write_text("x" * size)
        result = {
            "labels": [{"name": "verdict", "value": verdict}],
            "description": "Files: `cells`",
            "attachments": attachments[:2],
            "steps": [{"name": "then", "attachments": attachments[2:]}],
        }
        (folder / f"{verdict}-result.json").write_text(json.dumps(result))
    return folder


def _limit(results: Path, over: int) -> int:
    return round(allure_fitting._estimate(results)) - over


def _told(folder: Path, verdict: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / f"{verdict}-result.json").read_text())
    return told


def _names(folder: Path, verdict: str) -> list[str]:
    result = _told(folder, verdict)
    return [each["name"] for part in (result, result["steps"][0]) for each in part["attachments"]]


def test_what_fits_is_left_alone(results: Path, tmp_path: Path) -> None:
    assert allure_fitting.fitted(results, tmp_path / "work", _limit(results, 0) + 10) == results
    assert not (tmp_path / "work").exists()


def test_green_cells_give_up_first_what_is_read_least(results: Path, tmp_path: Path) -> None:
    made = allure_fitting.fitted(results, tmp_path / "work", _limit(results, 5000))
    assert _names(made, "pass") == ["timeline", "nodes, expected against seen"]
    assert _names(made, "known-bug") == _names(made, "fail") == list(EVIDENCE)
    assert _told(made, "pass")["description"] == (
        "Files: `cells`\n\nLeft out here, so that this report stays one small file: history.jsonl.gz, controller log."
    )


def test_failures_give_up_last_and_never_the_comparison(results: Path, tmp_path: Path) -> None:
    made = allure_fitting.fitted(results, tmp_path / "work", 0)
    for verdict in ("pass", "known-bug", "fail"):
        assert _names(made, verdict) == ["nodes, expected against seen"]
    kept = {path.name for path in made.iterdir()}
    assert kept == {f"{v}-{end}" for v in ("pass", "known-bug", "fail") for end in ("result.json", "300.txt")}


def test_the_results_themselves_stay_whole(results: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in results.iterdir()}
    allure_fitting.fitted(results, tmp_path / "work", 0)
    assert {path.name: path.read_bytes() for path in results.iterdir()} == before


def test_a_broken_result_is_handed_on(results: Path, tmp_path: Path) -> None:
    (results / "cut-result.json").write_text('{"labels": [')
    made = allure_fitting.fitted(results, tmp_path / "work", 0)
    assert (made / "cut-result.json").read_text() == '{"labels": ['
