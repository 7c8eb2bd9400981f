"""The evidence that goes with a result: small enough for one HTML file, with the whole files staying beside it."""

from __future__ import annotations

import gzip
import json
import uuid
from collections import deque
from typing import TYPE_CHECKING, Final

import allure_commons
from allure_commons.model2 import Attachment
from pydantic import TypeAdapter

from harness.model.errors import HarnessError
from harness.model.verdicts import Judgement
from harness.report import decisive_moment, links, node_table
from harness.report.chart import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.model.cells import CellResult
    from harness.report.recorded import Story

LOG_LINES: Final = 200
"""Lines of a log that are shown: what matters is at the end, and a report holds hundreds of logs."""
HISTORY_BYTES: Final = 1 << 20
"""Largest packed history that goes into the report."""
TIMELINE_LINES: Final = 3000
"""Keeps the timeline of a huge workflow readable; the history has the rest."""
_JUDGEMENT: Final = TypeAdapter(Judgement)


def attach_all(cell: CellResult, story: Story) -> list[Attachment]:
    """What belongs to the cell as a whole; the workflow and the node table belong to steps."""
    decisive = decisive_moment.around(cell.judgement, story)
    moment = [_text(decisive, "around the decisive moment")] if decisive else []
    return [*moment, *_picture(cell), *_timeline(story), *_logs(cell), *_history(cell), _verdict(cell)]


def attach_workflow(cell: CellResult) -> Iterator[Attachment]:
    path = cell.artefacts.workflow if cell.artefacts else None
    if path and path.is_file():
        yield _keep(path.read_bytes(), "workflow.yaml", "application/yaml", "yaml")


def attach_nodes(cell: CellResult, story: Story) -> Iterator[Attachment]:
    if difference := node_table.difference(cell.judgement.checks):
        yield _text(difference, "expected against seen")
    parts = []
    if cell.judgement.checks:
        parts.append(node_table.checks(cell.judgement.checks))
    if story.workflow:
        parts.append(node_table.nodes(story.workflow))
    if parts:
        yield _text("\n".join(parts), "nodes, expected against seen")


def _picture(cell: CellResult) -> Iterator[Attachment]:
    try:
        path = files.draw(cell)
    except HarnessError as error:
        yield _text(f"{error}\n", "timeline picture left out")
        return
    if path is not None:
        yield _keep(path.read_bytes(), "timeline picture", "image/svg+xml", "svg")


def _timeline(story: Story) -> Iterator[Attachment]:
    if story.problem:
        yield _text(f"{story.problem}\n", "history unreadable")
    found = list(story.lines)
    if len(found) > TIMELINE_LINES:
        half = TIMELINE_LINES // 2
        found[half:-half] = [f"... {len(found) - 2 * half} lines are left out here; the history has them"]
    if found:
        yield _text("".join(f"{line}\n" for line in found), "timeline")


def _logs(cell: CellResult) -> Iterator[Attachment]:
    kept = cell.artefacts
    if kept is None:
        return
    if kept.controller_log:
        yield from _tail(kept.controller_log, "controller log", kept.folder)
    for log in kept.logs:
        if log.name.endswith(".wait.log"):
            yield from _tail(log, f"log of {log.name.removesuffix('.log')}", kept.folder)


def _tail(path: Path, name: str, folder: Path) -> Iterator[Attachment]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as log:
        kept: deque[str] = deque(maxlen=LOG_LINES)
        total = 0
        for total, line in enumerate(log, start=1):  # noqa: B007  # the last number is the length of the log
            kept.append(line)
    if kept:
        whole = f"the whole is {links.relative(path, folder)} in the folder of the cell"
        head = f"(the last {LOG_LINES} of {total} lines; {whole})\n" if total > LOG_LINES else ""
        yield _text(head + "".join(kept), name)


def _history(cell: CellResult) -> Iterator[Attachment]:
    path = cell.artefacts.history if cell.artefacts else None
    if path is None or not path.is_file():
        return
    packed = path.read_bytes() if path.suffix == ".gz" else gzip.compress(path.read_bytes(), 6, mtime=0)
    if len(packed) <= HISTORY_BYTES:
        yield _keep(packed, "history.jsonl.gz", "application/gzip", "jsonl.gz")
    else:
        told = f"{path.name}: {path.stat().st_size} bytes, {len(packed)} packed: too large for the report"
        yield _text(f"{told}\n", "history")


def _verdict(cell: CellResult) -> Attachment:
    data = {"scenario": cell.scenario, "argo": cell.argo, "kubernetes": cell.kubernetes}
    judged = {**data, **_JUDGEMENT.dump_python(cell.judgement, mode="json")}
    return _keep(json.dumps(judged, indent=1).encode(), "verdict.json", "application/json", "json")


def _text(body: str, name: str) -> Attachment:
    return _keep(body.encode(errors="replace"), name, "text/plain", "txt")


def _keep(body: bytes, name: str, mime: str, extension: str) -> Attachment:
    source = f"{uuid.uuid4()}-attachment.{extension}"
    allure_commons.plugin_manager.hook.report_attached_data(body=body, file_name=source)
    return Attachment(name=name, source=source, type=mime)
