"""The command that runs one cell once more: whoever doubts a report has to be able to try."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from harness.build import kubernetes

if TYPE_CHECKING:
    from harness.model.cells import CellResult


_EXISTING: Final = "existing"
"""The name of its context is nobody else's business."""


def command(cell: CellResult) -> str:
    other = f" --kubernetes {cell.kubernetes}" if cell.kubernetes != kubernetes.DEFAULT else ""
    if cell.provider == _EXISTING:
        other = f" --provider {_EXISTING} --context NAME --i-own-this-cluster NAME"
    return f"shakedown run {shlex.quote(str(cell.source))} --argo {cell.argo}{other}"
