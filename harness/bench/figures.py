"""One figure: what was measured, how often, and what was asked for."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`asked` bounds the median, `asked_p99` the 99th percentile; None where nothing is asked."""

    name: str
    unit: str
    values: tuple[float, ...]
    asked: float | None = None
    asked_p99: float | None = None
    sense: Sense = Sense.AT_MOST
    detail: str = ""
    """What a reader needs to follow up a figure that is missed."""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        return percentile(self.values, 0.99)

    @property
    def shortfall(self) -> str:
        """What is missed and by how much, "" if nothing is."""
        misses = [
            f"{label} {seen:.4g} {self.unit}, asked {self.sense} {asked:g}"
            for label, seen, asked in (("median", self.median, self.asked), ("p99", self.p99, self.asked_p99))
            if asked is not None and self._misses(seen, asked)
        ]
        return "; ".join(misses)

    def _misses(self, seen: float, asked: float) -> bool:
        return seen > asked if self.sense is Sense.AT_MOST else seen < asked


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]
