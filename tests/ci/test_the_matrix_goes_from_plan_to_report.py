"""The shell steps of the matrix workflow, one after the other; between them lie recorded runs instead of the jobs."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from harness.bench import reporting
from harness.build.actionlint import WORKFLOWS
from tests.ci import github
from tests.ci.github import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OLD, NEW = "v3.5.10", "v3.7.15"
SCENARIOS = 3


def steps(job: str) -> list[dict[str, Any]]:
    """The shell steps of a job, in their order."""
    told = yaml.safe_load((ROOT / WORKFLOWS / "matrix.yaml").read_text(encoding="utf-8"))
    return [step for step in told["jobs"][job]["steps"] if "run" in step and "make" not in step["run"].split()]


def executed(job: str, environment: Mapping[str, str], checkout: Path, folder: Path) -> list[github.Shell]:
    return [
        github.shell(step["run"], environment, checkout, folder / f"{job}-{number}")
        for number, step in enumerate(steps(job))
    ]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two jobs would have uploaded, by the names of their artefacts."""
    home = tmp_path_factory.mktemp("jobs")
    for argo in (OLD, NEW):
        _, made = reporting.replay(ROOT / "scenarios" / "seeds", home / argo, SCENARIOS, (argo,))
        shutil.copytree(made, home / "downloaded" / f"seeds-run-{argo}")
    return home


@pytest.fixture
def checkout(runs: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "seeds").symlink_to(runs / OLD / "scenarios")
    return folder


def test_a_matrix_of_two_releases_becomes_one_report(runs: Path, checkout: Path, tmp_path: Path) -> None:
    environment = {"SCENARIOS": "seeds", "ARGO": f"{OLD} {NEW}"}
    (planned,) = executed("plan", environment, checkout, tmp_path / "steps")
    assert planned.code == 0, planned.said
    jobs = json.loads(planned.outputs["matrix"])["include"]
    assert [job["argo"] for job in jobs] == [OLD, NEW]
    assert f"{NEW}" in planned.summary
    shutil.copytree(runs / "downloaded", checkout / "jobs")
    merged, found = executed("report", environment, checkout, tmp_path / "steps")
    assert (merged.code, found.code) == (0, 0), merged.said
    assert f"| scenario | {OLD} | {NEW} |" in merged.summary
    told = json.loads((checkout / "reports" / "latest" / "results.json").read_bytes())
    assert found.outputs["folder"] == str((checkout / "reports" / "latest").resolve())
    assert len(told["cells"]) == len(told["expected"]) == 2 * SCENARIOS


def test_a_job_that_brought_nothing_makes_the_matrix_red(runs: Path, checkout: Path, tmp_path: Path) -> None:
    environment = {"SCENARIOS": "seeds", "ARGO": f"{OLD} {NEW}"}
    executed("plan", environment, checkout, tmp_path / "steps")
    shutil.copytree(runs / "downloaded" / f"seeds-run-{OLD}", checkout / "jobs" / f"seeds-run-{OLD}")
    merged, found = executed("report", environment, checkout, tmp_path / "steps")
    assert (merged.code, found.code) == (4, 0), merged.said
    assert f"{SCENARIOS} not run" in merged.summary


def test_no_job_at_all_is_red_and_has_a_report(checkout: Path, tmp_path: Path) -> None:
    environment = {"SCENARIOS": "seeds", "ARGO": ""}
    executed("plan", environment, checkout, tmp_path / "steps")
    merged, found = executed("report", environment, checkout, tmp_path / "steps")
    assert (merged.code, found.code) == (4, 0), merged.said
    assert "not run" in merged.summary


def test_a_plan_that_cannot_be_made_stops_the_workflow(checkout: Path, tmp_path: Path) -> None:
    (planned,) = executed("plan", {"SCENARIOS": "nowhere", "ARGO": ""}, checkout, tmp_path / "steps")
    assert planned.code == 2
    assert "nowhere" in planned.said
