"""Charts of recorded histories, and histories that are made up where none was recorded of a case."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.history.reader import read
from harness.model.header import Cgroup, ControllerSettings, Header, ScenarioRecord
from harness.model.verdicts import Judgement, Verdict
from harness.report.chart import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.events import AnyEntry
    from harness.report.chart.model import Chart

CORPUS = Path(__file__).parents[1] / "corpus"
HISTORIES = sorted(CORPUS.glob("*.jsonl.gz"))


@pytest.fixture(scope="session")
def chart() -> Callable[[str], Chart]:
    """The chart of a history of the corpus."""
    return lambda name: drawn(CORPUS / f"{name}.jsonl.gz")


@pytest.fixture(params=HISTORIES, ids=lambda path: path.name.removesuffix(".jsonl.gz"))
def every(request: pytest.FixtureRequest) -> Chart:
    """The chart of each history of the corpus in turn."""
    return drawn(request.param)


@cache
def drawn(path: Path) -> Chart:
    return assembly.of_recording(read(path))


@pytest.fixture
def made_up() -> Callable[..., Chart]:
    header = Header(
        harness="0",
        scenario=ScenarioRecord(name="made-up", sha256="0" * 64, spec={}),
        argo="v3.7.15",
        kubernetes="v1.33.13",
        provider="local",
        cgroup=Cgroup.V1,
        settings=ControllerSettings(),
        namespace="n",
        workflow="w",
        started=1_750_000_000.0,
    )

    def made(*entries: AnyEntry, reason: str = "Succeeded", most: int = assembly.MOST_LANES) -> Chart:
        return assembly.assemble(header, entries, Judgement(verdict=Verdict.PASS, reason=reason), most)

    return made
