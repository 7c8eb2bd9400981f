"""The Allure results of several runs in one folder, with a result for every cell that none of them brought.

Allure shows what there is; without a result of its own a job that was lost would look as if nobody had asked for it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import MachineUnfit
from harness.report import allure_pages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from harness.report.merging import Merged

FOLDER: Final = "allure-results"
NOT_RUN: Final = "not run: no job brought a result of this cell"


def gather(merged: Merged) -> tuple[str, ...]:
    """Fills the folder of the merged run. Returns a line for each run whose cells Allure cannot show."""
    folder = merged.run.folder / FOLDER
    try:
        folder.mkdir(parents=True)
        for part in merged.parts:
            _copy(part.run.folder / FOLDER, folder)
        for scenario, argo in merged.missing:
            _write(_missing(scenario, argo, merged.run.started), folder)
    except OSError as error:
        raise MachineUnfit(f"{folder} cannot be written: {error}", cure="free some space") from error
    return tuple(_lost(merged, allure_pages.find(folder)))


def _copy(source: Path, target: Path) -> None:
    """The names of results and attachments are UUIDs, so those of different runs never meet."""
    if source.is_dir():
        for path in source.iterdir():
            if path.is_file() and not (target / path.name).exists():
                shutil.copy2(path, target / path.name)


def _lost(merged: Merged, pages: Iterable[tuple[str, str]]) -> Iterable[str]:
    there = set(pages)
    for part in merged.parts:
        lost = [cell for cell in part.cells if (cell.scenario, cell.argo) not in there]
        if lost:
            yield (
                f"the Allure report lacks {len(lost)} of {len(part.cells)} cells of {part.run.name}:"
                f" it has no whole {FOLDER}; the grid has them"
            )


def _missing(scenario: str, argo: str, when: float) -> dict[str, Any]:
    """Broken, as whatever says nothing about Argo, so that the quality gate does not hold."""
    labels = {
        "ALLURE_ID": scenario,
        "argo": argo,
        "verdict": "not-run",
        "kind": "infra",
        "epic": "not run",
        "feature": "not run",
    }
    full = f"not-run#{scenario}"
    return {
        "uuid": str(uuid.uuid4()),
        "historyId": hashlib.md5(f"{full}{argo}".encode(), usedforsecurity=False).hexdigest(),
        "testCaseId": hashlib.md5(full.encode(), usedforsecurity=False).hexdigest(),
        "fullName": full,
        "name": scenario,
        "status": "broken",
        "statusDetails": {"message": NOT_RUN},
        "labels": [{"name": name, "value": value} for name, value in labels.items()],
        "parameters": [{"name": "argo", "value": argo}],
        "start": round(when * 1000),
        "stop": round(when * 1000),
    }


def _write(result: dict[str, Any], folder: Path) -> None:
    (folder / f"{result['uuid']}-result.json").write_text(json.dumps(result), encoding="utf-8")
