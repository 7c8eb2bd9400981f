"""Which releases have it: what the whole run measured, with how often each was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.model.release import Release
from harness.model.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.model.cells import CellResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One release. `broken` of `n` conclusive runs misbehaved; `n` is 0 where nothing was learnt. `left_out` are runs
    that are not counted, because a step was not drawn in them."""

    argo: str
    verdict: Verdict
    reason: str
    broken: int
    n: int
    inconclusive: int
    left_out: int = 0

    @property
    def affected(self) -> bool:
        return self.broken > 0

    @property
    def clean(self) -> bool:
        return self.n > 0 and self.broken == 0

    @property
    def runs(self) -> str:
        kinds = ((self.inconclusive, "inconclusive"), (self.left_out, "without every step"))
        apart = [f"{count} {kind}" for count, kind in kinds if count]
        if self.n == 0:
            return f"none told anything ({', '.join(apart)})" if apart else "not run"
        return ", ".join((f"{self.broken} of {self.n}", *(each.replace(" ", " more ", 1) for each in apart)))


def measure(cells: Iterable[CellResult]) -> tuple[Measured, ...]:
    """Oldest release first."""
    return tuple(sorted((_measured(cell) for cell in cells), key=lambda found: Release.parse(found.argo)))


def _measured(cell: CellResult) -> Measured:
    verdict = cell.judgement.verdict
    told, wrong = verdict not in _TOLD_NOTHING, verdict in (Verdict.FAIL, Verdict.KNOWN_BUG)
    again = cell.repetition
    broken = max(again.broken, int(wrong)) if again else int(wrong)
    return Measured(
        argo=cell.argo,
        verdict=verdict,
        reason=" ".join(cell.judgement.reason.split()),
        broken=broken,
        n=max(again.n, broken) if again else int(told),
        inconclusive=again.inconclusive if again else len(cell.earlier) + (verdict is Verdict.INCONCLUSIVE),
        left_out=again.left_out if again else 0,
    )


def last_good(measured: tuple[Measured, ...]) -> str:
    """The newest release without it below the oldest with it: then it is a regression; "" otherwise."""
    affected = [index for index, found in enumerate(measured) if found.affected]
    before = [found for found in measured[: affected[0]] if found.clean] if affected else []
    return before[-1].argo if before else ""


_TOLD_NOTHING = (Verdict.INCONCLUSIVE, Verdict.INFRA, Verdict.SKIPPED)
