"""`results.json` outlives a run: every other report can be made from it again, and after a kill it tells the truth."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from harness.model.cells import Artefacts, CellResult, RunInfo
from harness.model.column import Column
from harness.model.errors import MachineUnfit, UsageError
from harness.model.verdicts import Judgement, Landing, Verdict
from harness.report import contract, links, repetitions
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE: Final = "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What `write` was given."""

    run: RunInfo
    cells: tuple[CellResult, ...]
    plan: Plan


def write(run: RunInfo, cells: Sequence[CellResult], plan: Plan = NOTHING) -> Path:
    """Replaces the file as a whole, so that a reader or a kill at any moment finds the old or the new one."""
    text = json.dumps(_shape(run, cells, plan).model_dump(), indent=1, ensure_ascii=False)
    return write_whole(run.folder / FILE, f"{text}\n")


def write_whole(path: Path, text: str) -> Path:
    """Replaces a file in one step. What is no Unicode in the words of a cluster becomes `?`."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text, encoding="utf-8", errors="replace")
        made.replace(path)
    except OSError as error:
        raise MachineUnfit(
            f"{path} cannot be written: {error.strerror}", cure="free some space, or run where reports/ can be written"
        ) from error
    return path


def read(path: Path) -> Results:
    """Takes the file or its folder."""
    file = path / FILE if path.is_dir() else path
    try:
        shape = contract.ResultsShape.model_validate_json(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", cure="name a folder below reports/") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the top"
        raise UsageError(
            f"{file} is not a results file of this version of the harness: at {where}: {first['msg']}",
            cure="name a folder that `shakedown run` wrote",
        ) from error
    return _results(shape, file.parent)


def _shape(run: RunInfo, cells: Sequence[CellResult], plan: Plan) -> contract.ResultsShape:
    counted = Counter(cell.judgement.verdict for cell in cells)
    return contract.ResultsShape(
        format="argo-shakedown-results",
        version=1,
        run=contract.RunShape(
            name=run.name,
            started=run.started,
            harness=run.harness,
            provider=run.provider,
            kubernetes=run.on,
            settings=run.settings,
        ),
        argo=run.argo,
        kubernetes=run.kubernetes,
        counts={verdict: counted[verdict] for verdict in Verdict},
        expected=tuple(
            contract.ExpectedShape(
                scenario=scenario, argo=column.argo, kubernetes=column.kubernetes or _only(run.kubernetes)
            )
            for scenario, column in plan.cells
        ),
        unavailable=tuple(_unavailable(release, why, run) for release, why in plan.unavailable.items()),
        cells=tuple(_cell_shape(cell, run.folder) for cell in cells),
    )


def _only(kubernetes: Sequence[str]) -> str:
    return kubernetes[0] if len(kubernetes) == 1 else ""


def _unavailable(release: str, why: str, run: RunInfo) -> contract.UnavailableShape:
    if release in run.kubernetes:
        return contract.UnavailableShape(argo="", kubernetes=release, reason=why)
    return contract.UnavailableShape(argo=release, reason=why)


def _cell_shape(cell: CellResult, folder: Path) -> contract.CellShape:
    judgement, files = cell.judgement, cell.artefacts
    return contract.CellShape(
        scenario=cell.scenario,
        argo=cell.argo,
        kubernetes=cell.kubernetes,
        provider=cell.provider,
        verdict=judgement.verdict,
        reason=judgement.reason,
        cause=judgement.cause,
        seconds=round(cell.seconds, 3),
        landings=tuple(_landing_shape(landing) for landing in judgement.landings),
        history=links.relative(files.history, folder) if files and files.history else None,
        title=cell.title,
        source=str(cell.source),
        line=cell.line,
        tags=cell.tags,
        links=cell.links,
        verbs=cell.verbs,
        namespace=cell.namespace,
        started=cell.started,
        finished=cell.finished,
        checks=judgement.checks,
        violations=judgement.violations,
        link=judgement.link,
        artefacts=_files_shape(files, folder) if files else None,
        earlier=cell.earlier,
        repetition=repetitions.shape(cell.repetition, folder) if cell.repetition else None,
    )


def _landing_shape(landing: Landing) -> contract.LandingShape:
    return contract.LandingShape(
        step=landing.step,
        name=landing.name,
        fault=landing.verb,
        triggered=landing.triggered,
        accepted=landing.accepted,
        landed=landing.landed,
        latency=landing.latency,
        proof=landing.proof,
        problem=landing.problem,
        not_drawn=landing.not_drawn,
    )


def _files_shape(files: Artefacts, folder: Path) -> contract.FilesShape:
    def named(path: Path | None) -> str | None:
        return links.relative(path, folder) if path else None

    return contract.FilesShape(
        folder=links.relative(files.folder, folder),
        history=named(files.history),
        workflow=named(files.workflow),
        controller_log=named(files.controller_log),
        logs=tuple(links.relative(log, folder) for log in files.logs),
    )


def _results(shape: contract.ResultsShape, folder: Path) -> Results:
    told = shape.run.model_dump(exclude={"kubernetes"})
    run = RunInfo(folder=folder, argo=shape.argo, kubernetes=shape.kubernetes or (shape.run.kubernetes,), **told)
    several = len(run.kubernetes) > 1
    plan = Plan(
        cells=tuple((cell.scenario, Column.of(cell.argo, cell.kubernetes, several=several)) for cell in shape.expected),
        unavailable={each.argo or each.kubernetes: each.reason for each in shape.unavailable},
    )
    cells = tuple(_cell(cell, folder, several=several) for cell in shape.cells)
    return Results(run=run, cells=cells, plan=plan)


def _cell(shape: contract.CellShape, folder: Path, *, several: bool) -> CellResult:
    return CellResult(
        scenario=shape.scenario,
        title=shape.title,
        source=Path(shape.source),
        line=shape.line,
        tags=shape.tags,
        links=shape.links,
        verbs=shape.verbs,
        argo=shape.argo,
        kubernetes=shape.kubernetes,
        provider=shape.provider,
        namespace=shape.namespace,
        judgement=_judgement(shape),
        started=shape.started,
        finished=shape.finished,
        artefacts=_files(shape.artefacts, folder) if shape.artefacts else None,
        earlier=shape.earlier,
        repetition=repetitions.read(shape.repetition, folder) if shape.repetition else None,
        several=several,
    )


def _judgement(shape: contract.CellShape) -> Judgement:
    return Judgement(
        verdict=shape.verdict,
        reason=shape.reason,
        cause=shape.cause,
        checks=shape.checks,
        violations=shape.violations,
        landings=tuple(_landing(landing) for landing in shape.landings),
        link=shape.link,
    )


def _landing(shape: contract.LandingShape) -> Landing:
    return Landing(verb=shape.fault, **shape.model_dump(exclude={"fault", "latency"}))


def _files(shape: contract.FilesShape, folder: Path) -> Artefacts:
    def path(name: str | None) -> Path | None:
        return Path(os.path.normpath(folder / name)) if name else None

    return Artefacts(
        folder=Path(os.path.normpath(folder / shape.folder)),
        history=path(shape.history),
        workflow=path(shape.workflow),
        controller_log=path(shape.controller_log),
        logs=tuple(Path(os.path.normpath(folder / log)) for log in shape.logs),
    )
