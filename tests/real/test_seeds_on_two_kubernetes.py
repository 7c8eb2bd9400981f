"""The second axis: the seeds end on another release of Kubernetes as they do on the default one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.build import cache, kubernetes
from tests.real import machine
from tests.real.test_seeds import CELLS, PROVIDERS, RELEASES, ROOT, TABLE, TOGETHER

OTHER = "v1.34.4"
VERSIONS = (kubernetes.DEFAULT, OTHER)

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module", params=PROVIDERS)
def results(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Any]:
    reports = tmp_path_factory.mktemp("reports")
    before = machine.look(cache.root())
    command = [sys.executable, "-m", "harness.cli", "run", "scenarios/seeds", f"--reports={reports}"]
    command += [f"--provider={request.param}", f"--together={TOGETHER[request.param]}"]
    command += [*(f"--argo={release}" for release in RELEASES), f"--kubernetes={','.join(VERSIONS)}"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=2400, check=False)
    left = machine.look(cache.root()).left_since(before)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(((reports / "latest").resolve() / "results.json").read_text())
    return {**found, "folder": str((reports / "latest").resolve()), "left": left}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("scenario", "release"), CELLS, ids=[f"{name}-{release}" for name, release in CELLS])
def test_verdict_is_the_same_on_both(results: dict[str, Any], scenario: str, release: str, version: str) -> None:
    wanted = (scenario, release, version)
    (cell,) = [each for each in results["cells"] if (each["scenario"], each["argo"], each["kubernetes"]) == wanted]
    assert cell["verdict"] == TABLE[scenario][RELEASES.index(release)], cell["reason"]


def test_each_history_was_recorded_on_the_kubernetes_of_its_cell(results: dict[str, Any]) -> None:
    """What the header says is what the API server called itself by its nodes."""
    ran = [cell for cell in results["cells"] if cell["history"]]
    assert {cell["kubernetes"] for cell in ran} == set(VERSIONS)
    for cell in ran:
        lines = (Path(results["folder"]) / cell["history"]).read_text().splitlines()
        assert json.loads(lines[0])["kubernetes"] == cell["kubernetes"]
        nodes = [line for line in map(json.loads, lines[1:]) if line.get("resource") == "node" and "object" in line]
        seen = {line["object"]["status"]["nodeInfo"]["kubeletVersion"] for line in nodes if "status" in line["object"]}
        assert seen <= {cell["kubernetes"]}
        assert seen


def test_nothing_is_left_behind(results: dict[str, Any]) -> None:
    assert results["left"] == {}
