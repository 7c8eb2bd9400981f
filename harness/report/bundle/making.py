"""One cell in, one zip out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from harness.model.errors import HarnessError
from harness.model.verdicts import Verdict
from harness.report import timeline
from harness.report.bundle import archive, documents, evidence, faults, issue, repro, versions
from harness.report.chart import assembly, characters, files, frame, svg
from harness.report.redaction import machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo
    from harness.report.bundle.evidence import Evidence
    from harness.report.redaction import Machine

FOLDER: Final = "bundles"
AUTOMATIC: Final = frozenset({Verdict.FAIL, Verdict.KNOWN_BUG})
"""Verdicts that somebody may want to tell Argo of."""
PROSE: Final = (".md", ".txt", ".log")
MOST: Final = 50
"""Bundles that are made without being asked for: a tenth of a second each adds up."""


def file_name(cell: CellResult) -> str:
    return f"{cell.scenario}-{cell.column.id}.zip"


def make(
    run: RunInfo, cell: CellResult, cells: Sequence[CellResult], path: Path, here: Machine | None = None
) -> tuple[str, ...]:
    """Writes the bundle of a cell and returns the names in it. Raises UsageError, BadHistory, MachineUnfit."""
    found = evidence.gather(run, cell, cells, here or machine.here((run.folder, "[run]")))
    members = {name: _bytes(name, text, found) for name, text in _texts(found, path.name)}
    archive.write(path, archive.packed({**members, "history.jsonl.gz": found.packed}))
    return (*members, "history.jsonl.gz")


def make_telling(run: RunInfo, cells: Sequence[CellResult]) -> tuple[str, ...]:
    """A bundle beside the report for each cell that went wrong. Returns a line for each that could not be made."""
    told = [cell for cell in cells if cell.judgement.verdict in AUTOMATIC and cell.artefacts and cell.artefacts.history]
    ordered = sorted(told, key=lambda cell: cell.judgement.verdict is not Verdict.FAIL)
    lines = [line for cell in ordered[:MOST] if (line := _tried(run, cell, cells))]
    if ordered[MOST:]:
        lines.append(
            f"{len(ordered[MOST:])} more cells have no bundle yet; shakedown bundle {run.folder.name} SCENARIO RELEASE"
        )
    return tuple(lines)


def _tried(run: RunInfo, cell: CellResult, cells: Sequence[CellResult]) -> str:
    try:
        make(run, cell, cells, run.folder / FOLDER / file_name(cell))
    except HarnessError as error:
        return f"no bundle of {cell.scenario} on {cell.column}: {error}"
    return ""


def _bytes(name: str, text: str, found: Evidence) -> bytes:
    """Lines are looked through once more as they stand together. What has a grammar is made of redacted parts alone."""
    whole = found.redactor.text(text) if name.endswith(PROSE) else text
    return whole.encode(errors="replace")


def _texts(found: Evidence, bundle: str) -> Iterator[tuple[str, str]]:
    told = versions.record(found)
    yield "issue.md", issue.page(found, bundle)
    yield "repro.md", repro.page(found, bundle)
    yield documents.WORKFLOW, documents.workflow(found)
    yield documents.SCENARIO, documents.scenario(found)
    yield "versions.md", versions.page(told)
    yield "versions.json", _json(told)
    yield "verdict.json", _json(found.cell.judgement.as_json())
    yield "faults.md", faults.page(found)
    chart = assembly.assemble(found.header, found.entries, found.cell.judgement)
    yield "status-timeline.txt", f"{characters.render(chart)}\n{timeline.text(found.entries)}"
    yield files.PICTURE, svg.render(frame.drawn(chart))
    yield "logs.md", found.logs.page()
    yield from found.logs.files()


def _json(record: object) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"
