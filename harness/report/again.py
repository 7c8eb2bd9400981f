"""The command that runs one cell once more: whoever doubts a report has to be able to try."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from harness.build import kubernetes

if TYPE_CHECKING:
    from harness.model.cells import CellResult


def command(cell: CellResult) -> str:
    other = f" --kubernetes {cell.kubernetes}" if cell.kubernetes != kubernetes.DEFAULT else ""
    return f"shakedown run {shlex.quote(str(cell.source))} --argo {cell.argo}{other}"
