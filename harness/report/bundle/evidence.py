"""Everything a bundle is made from, redacted where it is read: what is written later can only hold what is here."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from harness.history import reader
from harness.history.format import decode_header, dump, encode_header, entry_of, read_object
from harness.history.writer import Writer
from harness.model.errors import UsageError
from harness.model.events import Seen
from harness.model.verdicts import Judgement
from harness.model.workflow import Workflow
from harness.report.bundle.logs import Logs
from harness.report.redaction import Machine, Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.model.cells import CellResult, RunInfo
    from harness.model.events import AnyEntry
    from harness.model.header import Header

_JUDGEMENT: Final = TypeAdapter(Judgement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`cells` are those of the scenario on every release of the run, on the same Kubernetes; `packed` is the history
    as it is stored."""

    run: RunInfo
    cell: CellResult
    cells: tuple[CellResult, ...]
    header: Header
    entries: tuple[AnyEntry, ...]
    raw: tuple[Mapping[str, Any], ...]
    packed: bytes
    logs: Logs
    redactor: Redactor

    @property
    def spec(self) -> Mapping[str, Any]:
        """The scenario as it ran."""
        return self.header.scenario.spec

    @property
    def workflow(self) -> Workflow | None:
        """As it was seen last."""
        seen = (entry.object for entry in reversed(self.entries) if isinstance(entry, Seen))
        return next((found for found in seen if isinstance(found, Workflow)), None)

    def objects(self, resource: str) -> Iterator[Mapping[str, Any]]:
        """Every version of everything of that kind, as the API gave it."""
        for line in self.raw:
            if line.get("resource") == resource:
                yield line["object"]


def gather(run: RunInfo, cell: CellResult, cells: Sequence[CellResult], machine: Machine) -> Evidence:
    """Raises UsageError for a cell without a history, BadHistory for one that cannot be read."""
    files = cell.artefacts
    if files is None or files.history is None:
        raise UsageError(
            f"{cell.scenario} on {cell.column} has no history ({cell.judgement.verdict}: {cell.judgement.reason})",
            cure="only a cell that has run can be bundled; run it again",
        )
    recording = reader.read(files.history)
    lines = [line for _, line in recording.raw_entries()]
    redactor = redactor_for(recording.header, lines, machine)
    header = decode_header(dump(redactor.tree(read_object(encode_header(recording.header), 1))))
    raw = tuple(redactor.tree(line) for line in lines)
    entries = tuple(entry_of(line, number) for number, line in enumerate(raw, start=2))
    return Evidence(
        run=run,
        cell=_told(cell, redactor),
        cells=tuple(
            _told(one, redactor) for one in cells if (one.scenario, one.kubernetes) == (cell.scenario, cell.kubernetes)
        ),
        header=header,
        entries=entries,
        raw=raw,
        packed=_packed(header, entries, raw),
        logs=Logs.read(files, header.namespace, entries, redactor),
        redactor=redactor,
    )


def redactor_for(header: Header, lines: Sequence[Mapping[str, Any]], machine: Machine) -> Redactor:
    settings = {"env": dict(header.settings.env), "args": list(header.settings.args)}
    workflow = header.scenario.spec.get("workflow")
    return Redactor.knowing(machine, [header.scenario.spec, settings, *lines], workflow)


def _told(cell: CellResult, redactor: Redactor) -> CellResult:
    judgement = _JUDGEMENT.validate_python(redactor.tree(cell.judgement.as_json()))
    return replace(cell, title=redactor.text(cell.title), judgement=judgement)


def _packed(header: Header, entries: Sequence[AnyEntry], raw: Sequence[Mapping[str, Any]]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="shakedown-bundle-") as folder:
        path = Path(folder) / "history.jsonl"
        with Writer(path, header) as writer:
            for entry, line in zip(entries, raw, strict=True):
                writer.write(entry, line.get("object"))
        return gzip.compress(path.read_bytes(), 9, mtime=0)
