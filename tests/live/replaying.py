"""Recorded histories told again as a campaign would tell them, at any moment of their course."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.history.reader import read
from harness.model.column import Column
from harness.report.live.board import Board
from harness.run.happenings import Began, Entered, Left
from harness.scenario.types import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.events import AnyEntry
    from harness.run.happenings import Happening

CORPUS = Path(__file__).parents[1] / "corpus"
LOST = "task-result-lost-with-retry-v3.7.15-1"
OOM = "oom-main-v3.7.15-1"


@cache
def entries(name: str) -> tuple[AnyEntry, ...]:
    return tuple(read(CORPUS / f"{name}.jsonl.gz").entries())


def told(name: str, until: float = float("inf"), *, cell: str = "", began: float = 0.0) -> Iterator[Happening]:
    """All that happens up to `until` on the history's clock; the attempt is left where that is its end."""
    header = read(CORPUS / f"{name}.jsonl.gz").header
    scenario = Scenario.model_validate(header.scenario.spec)
    known = cell or f"{scenario.name}[{header.argo}]"
    name, history = cell or name, entries(name)
    column = Column(header.argo)
    yield Began(id=name, cell=known, column=column, scenario=scenario, header=header, attempt=1, began=began)
    for entry in history:
        if entry.t <= until:
            yield Entered(id=name, entry=entry)
    if until == float("inf"):
        yield Left(id=name)


def board(*names: str, until: float) -> Board:
    headers = [read(CORPUS / f"{name}.jsonl.gz").header for name in names]
    shown = Board([Column(header.argo) for header in headers], began=0.0)
    for name in names:
        for happening in told(name, until):
            shown.take(happening)
    return shown
