"""The seeds on both releases, as a user runs them: verdicts, proofs, evidence, and a clean machine.

One table for every provider: a verdict that depended on who started the cluster would say nothing about Argo.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.build import cache
from harness.history.reader import read
from harness.model.events import Stage, StepChanged
from harness.oracles.judge import judge
from tests.real import machine

ROOT = Path(__file__).parents[2]
RELEASES = ("v3.5.10", "v3.7.15")
TOGETHER = {"local": 6, "kind": 3}
"""Cells at once in each of two clusters. Kind costs more, and on two cores its runtime does not always report an
out-of-memory kill when twelve pods start in one moment."""

TABLE = {
    "oom-main": ("pass", "pass"),
    "oom-wait": ("known-bug", "pass"),
    "exit-handler-retry": ("known-bug", "pass"),
    "exit-handler-retry-strategy": ("pass", "pass"),
    "task-result-lost": ("known-bug", "pass"),
    "task-result-lost-with-retry": ("known-bug", "pass"),
    "task-result-relabelled": ("pass", "skipped"),
    "node-power-off": ("known-bug", "known-bug"),
    "force-delete": ("pass", "pass"),
    "drain": ("pass", "pass"),
    "graceful-drain": ("pass", "pass"),
    "max-duration-cuts-retry": ("pass", "pass"),
    "active-deadline-alone": ("pass", "pass"),
    "retry-without-max-duration": ("pass", "pass"),
}
CELLS = [(name, release) for name in TABLE for release in RELEASES]
PROVIDERS = [
    pytest.param("local", marks=[pytest.mark.real, pytest.mark.alone]),
    pytest.param("kind", marks=[pytest.mark.real, pytest.mark.kind]),
]
EXPECTED_REAL_CELLS = sum(verdict != "skipped" for pair in TABLE.values() for verdict in pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedsRun:
    exit_code: int
    output: str
    folder: Path
    results: dict[str, Any]
    left: dict[str, set[str]]

    def cell(self, scenario: str, release: str) -> dict[str, Any]:
        (cell,) = [c for c in self.results["cells"] if (c["scenario"], c["argo"]) == (scenario, release)]
        return dict(cell)


@pytest.fixture(scope="module", params=PROVIDERS)
def seeds(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> SeedsRun:
    reports = tmp_path_factory.mktemp("reports")
    before = machine.look(cache.root())
    command = [sys.executable, "-m", "harness.cli", "run", "scenarios/seeds", f"--reports={reports}"]
    command += [f"--provider={request.param}", f"--together={TOGETHER[request.param]}"]
    command += [f"--argo={release}" for release in RELEASES] + [f"--junitxml={reports / 'junit.xml'}"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=900, check=False)
    folder = (reports / "latest").resolve()
    run = SeedsRun(
        exit_code=done.returncode,
        output=done.stdout + done.stderr,
        folder=folder,
        results=json.loads((folder / "results.json").read_text()),
        left=machine.look(cache.root()).left_since(before),
    )
    ran = [cell for cell in run.results["cells"] if cell["verdict"] != "skipped"]
    told = f"real cells on provider {request.param}: {len(ran)} of {EXPECTED_REAL_CELLS}"
    request.config.stash.setdefault(machine.TOLD, []).append(told)
    return run


def test_the_table_covers_every_seed() -> None:
    assert set(TABLE) == {path.stem for path in (ROOT / "scenarios/seeds").glob("*.yaml")}


def test_no_cell_is_missing(seeds: SeedsRun) -> None:
    ran = [cell for cell in seeds.results["cells"] if cell["verdict"] != "skipped"]
    assert len(ran) == EXPECTED_REAL_CELLS, seeds.output


@pytest.mark.parametrize(("scenario", "release"), CELLS, ids=[f"{name}-{release}" for name, release in CELLS])
def test_verdict_is_that_of_the_table(seeds: SeedsRun, scenario: str, release: str) -> None:
    cell = seeds.cell(scenario, release)
    assert cell["verdict"] == TABLE[scenario][RELEASES.index(release)], cell["reason"]


@pytest.mark.parametrize(("scenario", "release"), CELLS, ids=[f"{name}-{release}" for name, release in CELLS])
def test_every_step_has_landed_with_a_proof(seeds: SeedsRun, scenario: str, release: str) -> None:
    cell = seeds.cell(scenario, release)
    if cell["verdict"] == "skipped":
        assert cell["reason"]
        return
    assert all(landing["landed"] is not None and landing["proof"] for landing in cell["landings"])
    history = read(seeds.folder / cell["history"])
    landed = [e for e in history.entries() if isinstance(e, StepChanged) and e.stage is Stage.LANDED]
    assert len(landed) == len(cell["landings"]) == len(history.header.scenario.spec.get("method", ()))


@pytest.mark.parametrize(("scenario", "release"), CELLS, ids=[f"{name}-{release}" for name, release in CELLS])
def test_history_judges_to_the_same_verdict_again(seeds: SeedsRun, scenario: str, release: str) -> None:
    cell = seeds.cell(scenario, release)
    if cell["verdict"] == "skipped":
        assert cell["history"] is None
        return
    path = seeds.folder / cell["history"]
    history = read(path)
    again = judge(history.header, list(history.entries()))
    assert again.as_json() == json.loads((path.parent / "verdict.json").read_text())
    assert (again.verdict, again.reason) == (cell["verdict"], cell["reason"])


def test_exit_code_and_reports(seeds: SeedsRun) -> None:
    assert seeds.exit_code == 0, seeds.output
    assert "oom-wait" in (seeds.folder / "grid.md").read_text()
    assert (seeds.folder / "index.html").stat().st_size > 10_000
    assert (seeds.folder.parent / "junit.xml").read_text().count("<testcase") == len(CELLS)


def test_nothing_is_left_behind(seeds: SeedsRun) -> None:
    assert seeds.left == {}
