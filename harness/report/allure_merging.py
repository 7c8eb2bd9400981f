"""The Allure results of several runs in one folder, with a result for every cell that none of them brought.

Allure shows what there is; without a result of its own a job that was lost would look as if nobody had asked for it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import MachineUnfit
from harness.report import allure_pages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from harness.model.column import Column
    from harness.report.merging import Merged
    from harness.report.results import Results

FOLDER: Final = "allure-results"
NOT_RUN: Final = "not run: no job brought a result of this cell"


def gather(merged: Merged) -> tuple[str, ...]:
    """Fills the folder of the merged run. Returns a line for each run whose cells Allure cannot show."""
    folder = merged.run.folder / FOLDER
    try:
        folder.mkdir(parents=True)
        for part in merged.parts:
            _copy(part.run.folder / FOLDER, folder, _unsaid(part, merged))
        for scenario, column in merged.missing:
            _write(_missing(scenario, column, merged.run.started), folder)
    except OSError as error:
        raise MachineUnfit(f"{folder} cannot be written: {error}", cure="free some space") from error
    return tuple(_lost(merged, allure_pages.find(folder)))


def _unsaid(part: Results, merged: Merged) -> str:
    """The Kubernetes of a run on one, where the whole is on several: its results do not have it in their names."""
    return part.run.on if len(merged.run.kubernetes) > len(part.run.kubernetes) == 1 else ""


def _copy(source: Path, target: Path, kubernetes: str) -> None:
    """The names of results and attachments are UUIDs, so those of different runs never meet."""
    for path in source.iterdir() if source.is_dir() else ():
        if path.is_file():
            shutil.copy2(path, target / path.name)
        if kubernetes and path.name.endswith("-result.json"):
            _amend(target / path.name, kubernetes)


def _amend(path: Path, kubernetes: str) -> None:
    """Makes it the result that a run on several Kubernetes would have written. One that is not whole stays as it is."""
    try:
        told = json.loads(path.read_bytes())
        others = [each for each in told["parameters"] if each["name"] != "kubernetes"]
        told["labels"].append({"name": "kubernetes", "value": kubernetes})
        told["parameters"] = [*others, {"name": "kubernetes", "value": kubernetes}]
        told["historyId"] = _digest(f"{told['historyId']}{kubernetes}")
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _lost(merged: Merged, pages: Iterable[allure_pages.Page]) -> Iterable[str]:
    there = set(pages)
    for part in merged.parts:
        several = len(merged.run.kubernetes) > 1
        lost = [cell for cell in part.cells if (cell.scenario, replace(cell, several=several).column) not in there]
        if lost:
            yield (
                f"the Allure report lacks {len(lost)} of {len(part.cells)} cells of {part.run.name}:"
                f" it has no whole {FOLDER}; the grid has them"
            )


def _missing(scenario: str, column: Column, when: float) -> dict[str, Any]:
    """Broken, as whatever says nothing about Argo, so that the quality gate does not hold."""
    where = {"argo": column.argo, **({"kubernetes": column.kubernetes} if column.kubernetes else {})}
    about = {"ALLURE_ID": scenario, "verdict": "not-run", "kind": "infra", "epic": "not run", "feature": "not run"}
    full = f"not-run#{scenario}"
    return {
        "uuid": str(uuid.uuid4()),
        "historyId": _digest(f"{full}{column.id}"),
        "testCaseId": _digest(full),
        "fullName": full,
        "name": scenario,
        "status": "broken",
        "statusDetails": {"message": NOT_RUN},
        "labels": [{"name": name, "value": value} for name, value in {**about, **where}.items()],
        "parameters": [{"name": name, "value": value} for name, value in where.items()],
        "start": round(when * 1000),
        "stop": round(when * 1000),
    }


def _digest(text: str) -> str:
    """What Allure takes for identity is a MD5."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _write(result: dict[str, Any], folder: Path) -> None:
    (folder / f"{result['uuid']}-result.json").write_text(json.dumps(result), encoding="utf-8")
