"""Where the page of a cell is inside the one-file Allure report, so that others can lead there."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from harness.model.column import Column

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Page = tuple[str, Column]
"""Scenario and column of the grid."""


def find(results: Path) -> Mapping[Page, str]:
    """Fragments of addresses (`#...`).

    Allure 3 names a result by the MD5 of the UUID in its file; of several results of a cell it shows the last to end.
    """
    found: dict[Page, tuple[float, str]] = {}
    for path in sorted(results.glob("*-result.json")):
        if told := _read(path):
            page, stop, uuid = told
            found[page] = max(found.get(page, (0.0, "")), (stop, uuid))
    return {
        page: f"#{hashlib.md5(uuid.encode(), usedforsecurity=False).hexdigest()}" for page, (_, uuid) in found.items()
    }


def _read(path: Path) -> tuple[Page, float, str] | None:
    """None for the result of something that is no cell, or a file that is not whole."""
    try:
        result: dict[str, Any] = json.loads(path.read_bytes())
        labels = {label["name"]: label["value"] for label in result["labels"]}
        column = Column(labels["argo"], labels.get("kubernetes", ""))
        return (labels["ALLURE_ID"], column), float(result.get("stop") or 0), result["uuid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
