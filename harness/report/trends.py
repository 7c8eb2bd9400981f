"""One red square means little without the runs before it, so a small file beside the runs remembers their verdicts.

The file belongs to nobody in particular: runs write it at the same time, old harnesses may have, and it may be deleted
at any moment. Lines that cannot be read are dropped, never complained about.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from harness.build import cache
from harness.model.errors import HarnessError
from harness.model.verdicts import Verdict
from harness.report import results
from harness.report.marks import Mark, mark_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

FILE: Final = ".verdicts.jsonl"
KEPT: Final = 30
"""Runs that are remembered of each scenario on each release on each Kubernetes."""

Key = tuple[str, str, str]
"""Scenario, release, Kubernetes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one cell ended in one run; `started` is that of the run, in seconds since the epoch."""

    run: str
    started: float
    scenario: str
    argo: str
    kubernetes: str
    verdict: Verdict

    @property
    def key(self) -> Key:
        return self.scenario, self.argo, self.kubernetes


def record(run: RunInfo, cells: Sequence[CellResult]) -> str:
    """Adds a run. Returns "" or, where that cannot be, one line that says so: a report must not fail over it."""
    path = run.folder.parent / FILE
    name = hashlib.sha256(bytes(path.resolve())).hexdigest()[:12]
    try:
        with cache.locked(f"verdicts-{name}"):
            others = (line for line in _lines(path) if line.run != run.name)
            _write(path, _latest([*others, *_of(run, cells)]))
    except (HarnessError, OSError) as error:
        return f"{path.name} does not remember this run: {error}"
    return ""


def read(run: RunInfo) -> Mapping[Key, tuple[Mark, ...]]:
    """The runs up to this one, oldest first."""
    past: dict[Key, list[Mark]] = defaultdict(list)
    for line in sorted(_lines(run.folder.parent / FILE), key=lambda line: line.started):
        if line.started <= run.started:
            past[line.key].append(mark_of(line.verdict))
    return {key: tuple(marks[-KEPT:]) for key, marks in past.items()}


def _of(run: RunInfo, cells: Sequence[CellResult]) -> Iterator[Line]:
    """One line for each square: of several results the worst, as the grid shows it."""
    worst: dict[Key, Line] = {}
    for cell in cells:
        line = Line(
            run=run.name,
            started=run.started,
            scenario=cell.scenario,
            argo=cell.argo,
            kubernetes=cell.kubernetes,
            verdict=cell.judgement.verdict,
        )
        there = worst.setdefault(line.key, line)
        worst[line.key] = min(there, line, key=lambda each: mark_of(each.verdict).rank)
    yield from worst.values()


def _latest(lines: Iterable[Line]) -> Iterator[Line]:
    by_key: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        by_key[line.key].append(line)
    for each in by_key.values():
        yield from sorted(each, key=lambda line: line.started)[-KEPT:]


def _write(path: Path, lines: Iterable[Line]) -> None:
    results.write_whole(path, "".join(json.dumps(asdict(line)) + "\n" for line in lines))


def _lines(path: Path) -> Iterator[Line]:
    try:
        stored = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for text in stored.split("\n"):
        if line := _line(text):
            yield line


def _line(text: str) -> Line | None:
    try:
        told = json.loads(text)
        line = Line(**{**told, "started": float(told["started"]), "verdict": Verdict(told["verdict"])})
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return line if all(isinstance(name, str) for name in (*line.key, line.run)) else None
