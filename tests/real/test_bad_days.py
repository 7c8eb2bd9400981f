"""A killed harness, an impatient user, a dead API server: a clean machine, and never a false verdict."""

import contextlib
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harness.build import cache
from harness.cluster.local import leftovers
from harness.cluster.local.cluster import LocalCluster
from harness.run import undo
from tests.real import machine

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.real, pytest.mark.alone]

MOMENTS = 20
TOGETHER = 4
"""Runs that are killed side by side: each has clusters of its own."""


def start(reports: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "harness.cli", "run", *more, f"--reports={reports}"]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def results(reports: Path) -> dict[str, Any]:
    return dict(json.loads((reports / "latest" / "results.json").read_text()))


def wait_until_clean(before: machine.Machine, patience: float = 10.0) -> dict[str, set[str]]:
    """The keeper outlives the harness by a moment; what is left after that is left for good."""
    deadline = time.monotonic() + patience
    left = machine.look(cache.root()).left_since(before)
    while left and time.monotonic() < deadline:
        time.sleep(0.2)
        left = machine.look(cache.root()).left_since(before)
    return left


@pytest.mark.parametrize(
    ("scenario", "longest"),
    [("oom-main", 16.0), pytest.param("drain", 28.0, marks=pytest.mark.nightly)],
)
def test_killed_at_any_moment_nothing_is_left_and_the_next_run_works(
    tmp_path: Path, scenario: str, longest: float
) -> None:
    """`longest`: seconds that a run of the cell takes beside three others, from its start to the end of its cluster."""
    before = machine.look(cache.root())
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    file = f"scenarios/seeds/{scenario}.yaml"
    delays = [(number + moments.random()) * longest / MOMENTS for number in range(MOMENTS)]
    for first in range(0, MOMENTS, TOGETHER):
        with contextlib.ExitStack() as stack:
            began = time.monotonic()
            runs = [stack.enter_context(start(tmp_path / str(n), file, "--argo=v3.7.15")) for n in range(TOGETHER)]
            for run, delay in zip(runs, delays[first : first + TOGETHER], strict=True):
                kill_at(began + delay, run)
        assert wait_until_clean(before) == {}, f"killed after {delays[first : first + TOGETHER]} s (seed {seed})"
    with start(tmp_path / "after", file, "--argo=v3.7.15") as last:
        output, _ = last.communicate(timeout=120)
    assert last.returncode == 0, output
    assert orphans() == [], "what a dead cluster was to be healed of is over"


def kill_at(moment: float, run: subprocess.Popen[str]) -> None:
    try:
        run.wait(max(0.0, moment - time.monotonic()))
    except subprocess.TimeoutExpired:
        run.kill()


def orphans() -> list[str]:
    """What dead runs were to undo: in clusters of theirs, which went with them."""
    return [str(each) for _, each in undo.pending() if each.orphaned and not leftovers.is_alive(each.cluster)]


def test_interrupted_runs_report_what_was_finished(tmp_path: Path) -> None:
    before = machine.look(cache.root())
    two = ("scenarios/seeds/oom-main.yaml", "scenarios/seeds/max-duration-cuts-retry.yaml")
    signals = (signal.SIGINT, signal.SIGTERM)
    with contextlib.ExitStack() as stack:
        runs = [stack.enter_context(start(tmp_path / each.name, *two, "--argo=v3.7.15")) for each in signals]
        for number, run in zip(signals, runs, strict=True):
            assert run.stdout is not None
            next(line for line in run.stdout if line.startswith("[1/2]"))
            run.send_signal(number)
        told = [run.communicate(timeout=90)[0] for run in runs]
    for number, run, output in zip(signals, runs, told, strict=True):
        assert run.returncode == 130, output
        assert "Traceback" not in output
        verdicts = {cell["scenario"]: cell["verdict"] for cell in results(tmp_path / number.name)["cells"]}
        assert verdicts["oom-main"] == "pass"
        assert verdicts.get("max-duration-cuts-retry", "inconclusive") == "inconclusive"
        assert (tmp_path / number.name / "latest" / "grid.md").exists()
    assert wait_until_clean(before) == {}


def test_dead_api_server_is_infra(tmp_path: Path) -> None:
    before = machine.look(cache.root())
    with start(tmp_path, "scenarios/seeds/max-duration-cuts-retry.yaml", "--argo=v3.7.15") as run:
        name = name_of_running_cluster(tmp_path)
        LocalCluster.attach(name).kill_component("kube-apiserver")
        output, _ = run.communicate(timeout=120)
    assert run.returncode == 4, output
    (cell,) = results(tmp_path)["cells"]
    assert cell["verdict"] == "infra"
    assert "kube-apiserver" in cell["reason"]
    assert wait_until_clean(before) == {}


def name_of_running_cluster(reports: Path) -> str:
    """Once the cell's workflow is there: its history has entries."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for history in reports.glob("*/cells/*/*/history.jsonl"):
            if len(history.read_bytes().splitlines()) > 20:
                (folder,) = Path("/run/argo-shakedown").iterdir()
                return folder.name
        time.sleep(0.2)
    raise AssertionError("no cell was running within 60 s")
