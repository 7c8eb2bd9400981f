"""What the live view is told beside what happens in the cells: steps of preparation, lines, results.

`at` is `time.monotonic()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.run.happenings import Began, Entered, Left, Opening

if TYPE_CHECKING:
    from harness.model.column import Column
    from harness.model.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line that stays."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBegan:
    number: int
    what: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShows:
    number: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOver:
    number: int
    at: float
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A cell has its verdict; `line` says so."""

    column: Column
    verdict: Verdict
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """Whatever still runs is being ended."""


Told = Said | Planned | StepBegan | StepShows | StepOver | Settled | Stopping
Message = Told | Opening | Began | Entered | Left
