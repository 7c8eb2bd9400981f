from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.verdicts import Verdict
from harness.report import publish, trends
from harness.report.marks import Mark

if TYPE_CHECKING:
    from harness.model.cells import CellResult, RunInfo

KEY = ("oom-main", "v3.5.10", "v1.33.13")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))


def _ended(cell: CellResult, verdict: Verdict) -> CellResult:
    return replace(cell, judgement=replace(cell.judgement, verdict=verdict))


def _run(run: RunInfo, number: int) -> RunInfo:
    return replace(run, name=f"run-{number:03}", started=run.started + number, folder=run.folder.parent / f"r{number}")


def test_a_square_shows_how_the_runs_before_ended(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    for number, verdict in enumerate((Verdict.PASS, Verdict.FAIL, Verdict.PASS)):
        assert trends.record(_run(run, number), (_ended(cells[0], verdict),)) == ""
    assert trends.read(_run(run, 2))[KEY] == (Mark.PASS, Mark.FAIL, Mark.PASS)


def test_a_report_that_is_made_again_does_not_know_the_future(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    for number in range(3):
        trends.record(_run(run, number), cells[:1])
    assert trends.read(_run(run, 1))[KEY] == (Mark.PASS, Mark.PASS)


def test_releases_and_versions_of_kubernetes_are_kept_apart(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    other = replace(_ended(cells[0], Verdict.FAIL), kubernetes="v1.30.0")
    trends.record(run, (*cells[:2], other))
    past = trends.read(run)
    assert past[KEY] == past["oom-main", "v3.7.15", "v1.33.13"] == (Mark.PASS,)
    assert past["oom-main", "v3.5.10", "v1.30.0"] == (Mark.FAIL,)


def test_only_the_last_runs_are_kept(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    for number in range(trends.KEPT + 5):
        trends.record(_run(run, number), cells[:1])
    lines = (run.folder.parent / trends.FILE).read_text().splitlines()
    assert [json.loads(line)["run"] for line in lines] == [f"run-{n:03}" for n in range(5, trends.KEPT + 5)]


def test_a_run_that_is_recorded_twice_counts_once(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    trends.record(run, cells[:1])
    trends.record(run, (_ended(cells[0], Verdict.FAIL),))
    assert trends.read(run)[KEY] == (Mark.FAIL,)


def test_lines_that_mean_nothing_are_dropped(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    trends.record(run, cells[:1])
    path = run.folder.parent / trends.FILE
    good = json.loads(path.read_text())
    bad = [
        "", "nonsense", "[]", "null", "1" * 5000, "[" * 100_000, '{"verdict": "pass"}',
        json.dumps({**good, "verdict": "splendid"}), json.dumps({**good, "started": "soon"}),
        json.dumps({**good, "started": 10**400}), json.dumps({**good, "more": 1}), json.dumps({**good, "argo": ["x"]}),
    ]  # fmt: skip
    path.write_bytes("\n".join([*bad, json.dumps(good)]).encode() + b"\n\xff\xfe{\x00")
    later = _run(run, 9)
    assert trends.record(later, cells[:1]) == ""
    assert trends.read(later)[KEY] == (Mark.PASS, Mark.PASS)
    assert len(path.read_text().splitlines()) == 2


def test_runs_at_the_same_time_lose_nothing(run: RunInfo, tmp_path: Path) -> None:
    run.folder.parent.mkdir(parents=True)
    program = tmp_path / "writes.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\nfrom harness.report import trends\n"
        "from tests.report.conftest import cell, run_in\nfrom dataclasses import replace\n"
        "from harness.model.verdicts import Verdict\n"
        "base = run_in(Path(sys.argv[1]))\n"
        "for number in range(8):\n"
        "    run = replace(base, name=f'{sys.argv[2]}-{number}')\n"
        "    assert trends.record(run, [cell('oom-main', 'v3.5.10', Verdict.PASS, '')]) == ''\n"
    )
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen(
            [sys.executable, str(program), str(tmp_path), str(number)], env={**os.environ, "PYTHONPATH": str(root)}
        )
        for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(trends.read(run)[KEY]) == 24


def test_what_cannot_be_remembered_is_said_and_stops_nothing(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    (run.folder.parent / trends.FILE).mkdir(parents=True, exist_ok=True)
    lines = publish.finish(run, cells, stream=io.StringIO(), html=False)
    assert lines[0].startswith(f"{trends.FILE} does not remember this run: ")
    assert (run.folder / "grid.html").exists()


def test_a_report_that_is_only_made_again_is_not_remembered(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    publish.finish(run, cells, stream=io.StringIO(), html=False, record=False)
    assert not (run.folder.parent / trends.FILE).exists()
    publish.finish(run, cells, stream=io.StringIO(), html=False)
    assert trends.read(run)[KEY] == (Mark.PASS,)
