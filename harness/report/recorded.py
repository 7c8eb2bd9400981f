"""What reports need of a history, gathered in one pass: a long one does not fit into memory as objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.history import reader
from harness.model.errors import HarnessError
from harness.model.events import AnyEntry, Seen
from harness.model.header import ControllerSettings
from harness.model.workflow import Workflow
from harness.report import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.cells import CellResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`began` is the wall clock at t = 0, `submitted` the t at which the workflow was first seen, `workflow` its last
    version, `moments` the t of what broke an invariant, `times` the t of each line. `problem` says why there
    is nothing or not all."""

    began: float
    submitted: float | None = None
    workflow: Workflow | None = None
    lines: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    moments: Mapping[int, float] = field(default_factory=dict)
    settings: ControllerSettings = field(default_factory=ControllerSettings)
    problem: str = ""


def read(cell: CellResult) -> Story:
    """The story of a cell, as far as its history can be read: a report must not fail over a broken one."""
    path = cell.artefacts.history if cell.artefacts else None
    if path is None:
        return Story(began=cell.started)
    gathering = _Gathering(cell)
    problem = ""
    try:
        gathering.take(reader.read(path))
    except (HarnessError, OSError) as error:
        problem = str(error).replace(str(path), path.name)
    return gathering.story(problem)


class _Gathering:
    def __init__(self, cell: CellResult) -> None:
        self._wanted = {violation.seq for violation in cell.judgement.violations}
        self._began = cell.started
        self._submitted: float | None = None
        self._workflow: Workflow | None = None
        self._moments: dict[int, float] = {}
        self._lines: list[tuple[float, str]] = []
        self._settings = ControllerSettings()

    def take(self, recording: reader.Recording) -> None:
        self._began = recording.header.started
        self._settings = recording.header.settings
        teller = timeline.Teller()
        for entry in recording.entries():
            self._watch(entry)
            self._lines.extend((entry.t, line) for line in teller.lines(entry))

    def _watch(self, entry: AnyEntry) -> None:
        if entry.seq in self._wanted:
            self._moments[entry.seq] = entry.t
        if isinstance(entry, Seen) and isinstance(entry.object, Workflow):
            self._workflow = entry.object
            self._submitted = entry.t if self._submitted is None else self._submitted

    def story(self, problem: str) -> Story:
        return Story(
            began=self._began,
            submitted=self._submitted,
            workflow=self._workflow,
            lines=tuple(line for _, line in self._lines),
            times=tuple(t for t, _ in self._lines),
            moments=self._moments,
            settings=self._settings,
            problem=problem,
        )
