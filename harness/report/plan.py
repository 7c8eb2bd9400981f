"""A cell that is missing from a grid is not a pass: what was meant to run is kept beside what did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`cells` are (scenario, release) pairs that were selected; `unavailable` says why a release could not be had."""

    cells: tuple[tuple[str, str], ...] = ()
    unavailable: Mapping[str, str] = field(default_factory=dict)


NOTHING = Plan()
