"""A matrix runs one release in each job, on machines that never meet; people read one report.

Every verdict stays as it was reached. What a merge must never do is to make a matrix look better than it is: a cell
that is missing is shown as not run, and a cell that is there twice is refused.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError

from harness.model.cells import RunInfo
from harness.model.column import Column
from harness.model.errors import Exit, MachineUnfit, UsageError
from harness.model.release import Release
from harness.model.verdicts import worst_code
from harness.report import contract, results
from harness.report.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.model.cells import Artefacts, CellResult
    from harness.model.repetition import Repetition
    from harness.report.results import Results

PARTS: Final = "runs"
"""Folder of a merged report with what each run brought, below its own name."""
CELLS: Final = "cells"
_EXPECTED: Final = TypeAdapter(tuple[contract.ExpectedShape, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`parts` are the runs that it is made of, as they were read."""

    run: RunInfo
    cells: tuple[CellResult, ...]
    plan: Plan
    parts: tuple[Results, ...]

    @property
    def missing(self) -> tuple[tuple[str, Column], ...]:
        """Scenario and column of what was expected and has no result."""
        there = {(cell.scenario, cell.column) for cell in self.cells}
        return tuple(cell for cell in self.plan.cells if cell not in there)

    @property
    def exit_code(self) -> int:
        """That of the worst verdict; a result that is missing is as bad as a cluster that failed."""
        worst = worst_code(cell.judgement.verdict for cell in self.cells)
        return max(worst, Exit.INFRA if self.missing or not self.cells else Exit.OK)


def find(paths: Iterable[Path], *, any_at_all: bool = True) -> tuple[Path, ...]:
    """The folders of runs: those that are named, and those below a folder that is none itself. Links are not followed,
    or `latest` would be a twin. Raises UsageError where there is none, unless it need not be `any_at_all`."""
    found = dict.fromkeys(folder.resolve() for path in paths for folder in _below(path))
    if any_at_all and not found:
        raise UsageError(
            f"no run below {', '.join(map(str, paths))}: nowhere is a {results.FILE}",
            cure="name folders that `shakedown run` wrote, or the folder to which their artefacts were downloaded",
        )
    return tuple(found)


def _below(path: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(path):
        folders.sort()
        if results.FILE in files:
            folders.clear()
            yield Path(root)


def expected(path: Path) -> tuple[tuple[str, Column], ...]:
    """The cells that `shakedown matrix --json` promised. Raises UsageError."""
    try:
        told = json.loads(path.read_bytes())["expected"]
        return tuple((cell.scenario, Column(cell.argo, cell.kubernetes)) for cell in _EXPECTED.validate_python(told))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else repr(error)
        raise UsageError(
            f"{path} does not say which cells are expected: {first}", cure="write it with `shakedown matrix --json`"
        ) from error


def merge(folders: Sequence[Path], reports: Path, promised: Sequence[tuple[str, Column]] = ()) -> Merged:
    """Reads runs and copies what they brought into a new folder below `reports`. Raises UsageError for twins."""
    parts = tuple(results.read(folder) for folder in folders)
    refuse_twins(parts)
    now = datetime.now().astimezone()
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}-merged"
    folder = reports.absolute() / name
    try:
        cells = tuple(cell for part in parts for cell in _brought(part, folder / PARTS))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise MachineUnfit(
            f"{folder} cannot be written: {error}", cure="free some space, or choose another folder with --reports"
        ) from error
    kubernetes = _kubernetes(parts, promised)
    cells = tuple(replace(cell, several=len(kubernetes) > 1) for cell in cells)
    plan = _plan(parts, promised, kubernetes)
    return Merged(run=_run(parts, plan, kubernetes, folder), cells=cells, plan=plan, parts=parts)


def refuse_twins(parts: Sequence[Results]) -> None:
    """Of two results of one cell nobody can say which counts. Two runs of one name would overwrite each other."""
    names: dict[str, Path] = {}
    seen: dict[tuple[str, ...], Path] = {}
    for part in parts:
        folder = part.run.folder
        if (first := names.setdefault(part.run.name, folder)) != folder:
            raise UsageError(f"{first} and {folder} are both the run {part.run.name}", cure="hand in each run once")
        for cell in part.cells:
            key = (cell.scenario, cell.argo, cell.kubernetes, cell.provider)
            if (first := seen.setdefault(key, folder)) != folder:
                where = f"{cell.scenario} on {cell.argo} (Kubernetes {cell.kubernetes}, {cell.provider})"
                raise UsageError(f"{where} is in {first} and in {folder}", cure="hand in one of the two")


def _brought(part: Results, home: Path) -> Iterator[CellResult]:
    """The cells of a run with their files, which are copied to where the report can take them along."""
    folder = home / part.run.name
    folder.mkdir(parents=True)
    shutil.copy2(part.run.folder / results.FILE, folder)
    if (part.run.folder / CELLS).is_dir():
        shutil.copytree(part.run.folder / CELLS, folder / CELLS)
    yield from (_moved(cell, part.run.folder, folder) for cell in part.cells)


def _moved(cell: CellResult, old: Path, new: Path) -> CellResult:
    return replace(
        cell,
        artefacts=_files(cell.artefacts, old, new) if cell.artefacts else None,
        repetition=_runs(cell.repetition, old, new) if cell.repetition else None,
    )


def _files(files: Artefacts, old: Path, new: Path) -> Artefacts:
    return replace(
        files,
        folder=_path(files.folder, old, new),
        history=_path(files.history, old, new) if files.history else None,
        workflow=_path(files.workflow, old, new) if files.workflow else None,
        controller_log=_path(files.controller_log, old, new) if files.controller_log else None,
        logs=tuple(_path(log, old, new) for log in files.logs),
    )


def _runs(repetition: Repetition, old: Path, new: Path) -> Repetition:
    runs = (replace(run, history=_path(run.history, old, new) if run.history else None) for run in repetition.runs)
    return replace(repetition, runs=tuple(runs))


def _path(path: Path, old: Path, new: Path) -> Path:
    """What a run keeps outside of its folder stays where it is."""
    return new / path.relative_to(old) if path.is_relative_to(old) else path


def _kubernetes(parts: Sequence[Results], promised: Sequence[tuple[str, Column]]) -> tuple[str, ...]:
    named = {release for part in parts for release in part.run.kubernetes}
    named |= {column.kubernetes for _, column in promised} - {""}
    return tuple(sorted(named, key=Release.parse)) or ("unknown",)


def _plan(parts: Sequence[Results], promised: Sequence[tuple[str, Column]], kubernetes: Sequence[str]) -> Plan:
    """A promise that names no Kubernetes is kept by a run on any."""

    def column(argo: str, on: str) -> Column:
        return Column.of(argo, on, several=len(kubernetes) > 1)

    cells = [
        (name, column(each.argo, each.kubernetes or part.run.on)) for part in parts for name, each in part.plan.cells
    ]
    kept = {(name, each.argo) for name, each in cells}
    promises = [
        (name, column(each.argo, each.kubernetes))
        for name, each in promised
        if each.kubernetes or (name, each.argo) not in kept
    ]
    unavailable = {release: why for part in parts for release, why in part.plan.unavailable.items()}
    return Plan(cells=tuple(dict.fromkeys((*promises, *cells))), unavailable=unavailable)


def _run(parts: Sequence[Results], plan: Plan, kubernetes: tuple[str, ...], folder: Path) -> RunInfo:
    """What differs between the runs is told as a list. It began when the last of them did, so that each of them belongs
    to the past that the grid shows."""
    named = [argo for part in parts for argo in part.run.argo]
    named += [column.argo for _, column in plan.cells] + [cell.argo for part in parts for cell in part.cells]
    return RunInfo(
        name=folder.name,
        folder=folder,
        started=max((part.run.started for part in parts), default=time.time()),
        harness=_listed(part.run.harness for part in parts),
        provider=_listed(part.run.provider for part in parts),
        kubernetes=kubernetes,
        argo=tuple(sorted(dict.fromkeys(named), key=Release.parse)),
        settings=_listed(part.run.settings for part in parts),
    )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(set(values))) or "unknown"
