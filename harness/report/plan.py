"""A cell that is missing from a grid is not a pass: what was meant to run is kept beside what did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.column import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`cells` are those that were selected; `unavailable` says why a release, of Argo or of Kubernetes, could not be
    had."""

    cells: tuple[tuple[str, Column], ...] = ()
    unavailable: Mapping[str, str] = field(default_factory=dict)

    def lacking(self, column: Column) -> str:
        """Why nothing of that column can run; empty where it can."""
        return self.unavailable.get(column.argo) or self.unavailable.get(column.kubernetes, "")


NOTHING = Plan()
