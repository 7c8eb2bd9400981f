"""Where things are on the paper from left to right: names, then time, then a strip for how everything was left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.report.chart.scale import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`left` to `right` is time; what lasts until `end` goes on to `edge`, so that a last state can be read."""

    scale: Scale
    end: float
    margin: float
    left: float
    right: float
    edge: float

    def x(self, t: float) -> float:
        return self.scale.x(t)

    def until(self, t: float) -> float:
        return self.edge if t >= self.end else self.scale.x(t)
