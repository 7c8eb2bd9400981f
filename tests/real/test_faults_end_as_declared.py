"""Every fault in the scenario that shows it, on every provider that can do it: it lands and is proven, and the workflow
ends as the scenario declares for the release."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.build import cache
from harness.scenario.lint.providers import LACKING
from harness.scenario.load import load_all
from tests.real import machine
from tests.real.test_seeds import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.real, pytest.mark.alone, pytest.mark.nightly]
ALL: Final = sorted((ROOT / "scenarios/faults").glob("*.yaml"))
RELEASES: Final = {"local": ("v3.7.15", "v4.0.2"), "kind": ("v3.7.15",)}
AS_DECLARED: Final = ("pass", "known-bug", "skipped")


def can_be_done(path: Path, provider: str) -> bool:
    lacking = LACKING.get(provider, {}).keys()
    return not any(step.action.needs & lacking for loaded in load_all(path) for step in loaded.scenario.method)


DONE: Final = {provider: [path for path in ALL if can_be_done(path, provider)] for provider in RELEASES}
PROVIDERS: Final = ["local", pytest.param("kind", marks=pytest.mark.kind)]


def cells() -> Iterator[object]:
    for provider, paths in DONE.items():
        marks = [pytest.mark.kind] if provider == "kind" else []
        names = [loaded.scenario.name for path in paths for loaded in load_all(path)]
        for name, release in itertools.product(names, RELEASES[provider]):
            yield pytest.param(provider, name, release, marks=marks, id=f"{provider}-{name}-{release}")


@dataclass(frozen=True, slots=True)
class Run:
    cells: tuple[dict[str, Any], ...]
    left: dict[str, set[str]]
    output: str

    def cell(self, scenario: str, release: str) -> dict[str, Any]:
        found = [cell for cell in self.cells if (cell["scenario"], cell["argo"]) == (scenario, release)]
        assert len(found) == 1, self.output
        return found[0]


class Runs:
    """One for each provider, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: dict[str, Run] = {}

    def on(self, provider: str) -> Run:
        if provider not in self._done:
            self._done[provider] = self._run(provider)
        return self._done[provider]

    def _run(self, provider: str) -> Run:
        before = machine.look(cache.root())
        reports = self._folder / provider
        command = [sys.executable, "-m", "harness.cli", "run", *map(str, DONE[provider]), f"--reports={reports}"]
        command += [f"--provider={provider}", "--together=3", *(f"--argo={release}" for release in RELEASES[provider])]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=3600, check=False
        )
        results = json.loads(((reports / "latest").resolve() / "results.json").read_text())
        left = machine.look(cache.root()).left_since(before)
        return Run(tuple(results["cells"]), left, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("reports"))


def test_kind_can_do_most() -> None:
    assert len(DONE["kind"]) > len(ALL) / 2
    assert DONE["local"] == ALL


@pytest.mark.parametrize(("provider", "scenario", "release"), list(cells()))
def test_it_ends_as_it_is_declared(runs: Runs, provider: str, scenario: str, release: str) -> None:
    cell = runs.on(provider).cell(scenario, release)
    assert cell["verdict"] in AS_DECLARED, cell["reason"]
    drawn = [landing for landing in cell["landings"] if not landing["not_drawn"]]
    assert all(landing["landed"] is not None and landing["proof"] for landing in drawn)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_is_left_behind(runs: Runs, provider: str) -> None:
    run = runs.on(provider)
    assert run.cells
    assert run.left == {}
