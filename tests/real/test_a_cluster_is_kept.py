"""`run --keep`, as a user runs it: the next run, on another release, is in the same cluster, and `down` ends it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.build import cache
from harness.cluster import keeping
from harness.history.reader import read
from tests.real import machine

ROOT = Path(__file__).parents[2]
OLD, NEW = "v3.5.10", "v3.7.15"
pytestmark = [pytest.mark.real, pytest.mark.alone, pytest.mark.nightly]
STAYS = re.compile(r"cluster (\S+) stays: export KUBECONFIG=(\S+); `shakedown cluster down \1` ends it")
PROVIDERS = [
    "local",
    pytest.param("kind", marks=pytest.mark.kind),
]


def shakedown(*arguments: str) -> str:
    """What it said; it must have gone well."""
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_next_run_is_in_the_same_cluster(provider: str, tmp_path: Path) -> None:
    before = machine.look(cache.root())

    def run(argo: str, *more: str) -> str:
        place = ("--provider", provider, "--reports", str(tmp_path / argo))
        return shakedown("run", "scenarios/seeds/node-power-off.yaml", "--argo", argo, "--keep", *place, *more)

    name, kubeconfig = STAYS.findall(run(NEW))[0]
    try:
        assert Path(kubeconfig).is_file()
        assert f"{name} " in shakedown("cluster", "status")
        again = run(OLD)
        assert f"cluster {name} is used again, and was found clean" in again
        assert STAYS.findall(again) == [(name, kubeconfig)]
        for argo, reused in ((NEW, False), (OLD, True)):
            (cell,) = json.loads((tmp_path / argo / "latest/results.json").read_text())["cells"]
            assert cell["verdict"] == "known-bug"
            assert read(tmp_path / argo / "latest" / cell["history"]).header.reused is reused
    finally:
        shakedown("cluster", "down", name)
    assert name not in keeping.names()
    left = machine.look(cache.root()).left_since(before)
    assert not [each for part in left.values() for each in part if name in each]
