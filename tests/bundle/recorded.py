"""Runs put together from recorded histories, and bundles taken apart."""

from __future__ import annotations

import copy
import gzip
import io
import zipfile
from typing import TYPE_CHECKING, Any

from harness.history.format import decode_header, dump, encode_header, entry_of, read_object
from harness.history.reader import read
from harness.history.writer import Writer
from harness.model.cells import Artefacts, CellResult, RunInfo
from harness.mutation.corpus import CORPUS
from harness.oracles.judge import judge
from harness.report import bundle, results
from tests.redaction.secrets import MACHINE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from harness.model.verdicts import Judgement


def run_of(folder: Path) -> RunInfo:
    return RunInfo(
        name="20260101-120000-ab12",
        folder=folder / "reports" / "20260101-120000-ab12",
        started=1_795_246_620.0,
        harness="0.1.0",
        provider="local",
        kubernetes=("v1.33.13",),
        argo=("v3.5.10", "v3.7.15"),
        settings="fast",
    )


def cell(
    run: RunInfo,
    scenario: str,
    argo: str,
    *,
    number: int = 1,
    header: Callable[[dict[str, Any]], Any] = lambda raw: raw,
    entry: Callable[[dict[str, Any]], Any] = lambda raw: raw,
    logs: Mapping[str, str] | None = None,
    controller: str = "level=info msg=Processing\n",
    **changes: Any,
) -> CellResult:
    """A cell of the corpus, its header and entries edited, with logs beside it."""
    folder = run.folder / "cells" / scenario / argo
    (folder / "logs").mkdir(parents=True)
    judgement = record(CORPUS / f"{scenario}-{argo}-{number}.jsonl.gz", folder / "history.jsonl", header, entry)
    (folder / "controller.log").write_text(controller)
    for name, text in (logs or {}).items():
        (folder / "logs" / name).write_text(text)
    fields: dict[str, Any] = {
        "title": "A title",
        "source": folder / "scenario.yaml",
        "line": 2,
        "tags": ("seed",),
        "links": ("argoproj/argo-workflows#13373",),
        "verbs": (),
        "kubernetes": "v1.33.13",
        "provider": "local",
        "namespace": "s1",
        "judgement": judgement,
        "started": 1_795_246_620.0,
        "finished": 1_795_246_642.0,
        "artefacts": Artefacts(
            folder=folder,
            history=folder / "history.jsonl",
            controller_log=folder / "controller.log",
            logs=tuple(sorted((folder / "logs").glob("*.log"))),
        ),
    }
    return CellResult(scenario=scenario, argo=argo, **{**fields, **changes})


def record(
    source: Path, path: Path, edit_header: Callable[[dict[str, Any]], Any], edit: Callable[[dict[str, Any]], Any]
) -> Judgement:
    """The history with every line edited; judged anew."""
    recording = read(source)
    raw = read_object(encode_header(recording.header), 1)
    edit_header(raw)
    header = decode_header(dump(raw))
    entries = []
    with Writer(path, header) as writer:
        for number, (_, stored_line) in enumerate(recording.raw_entries(), start=2):
            line = copy.deepcopy(stored_line)  # later lines are differences to it
            edit(line)
            entries.append(entry_of(line, number))
            writer.write(entries[-1], line.get("object"))
    return judge(header, entries)


def stored(run: RunInfo, *cells: CellResult) -> results.Results:
    """As a command finds it."""
    run.folder.mkdir(parents=True, exist_ok=True)
    results.write(run, cells)
    return results.read(run.folder)


def bundled(run: RunInfo, one: CellResult, *beside: CellResult, to: Path) -> dict[str, bytes]:
    """The files of the bundle."""
    bundle.make(run, one, (one, *beside), to, MACHINE)
    return unpacked(to)


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def history(members: Mapping[str, bytes], folder: Path) -> Path:
    path = folder / "bundled.jsonl"
    path.write_bytes(gzip.decompress(members["history.jsonl.gz"]))
    return path
