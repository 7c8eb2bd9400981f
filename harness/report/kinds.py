"""Why a cell is not simply green, in the six words that people sort reports by."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from harness.model.verdicts import Verdict

if TYPE_CHECKING:
    from harness.model.verdicts import Judgement


class Kind(StrEnum):
    STUCK = "stuck"
    INVARIANT = "invariant broken"
    WRONG = "wrong outcome"
    FIXED = "known bug did not show"
    KNOWN_BUG = "known bug"
    INCONCLUSIVE = "inconclusive"
    INFRA = "infra"


def kind_of(judgement: Judgement) -> Kind | None:
    match judgement.verdict:
        case Verdict.PASS | Verdict.SKIPPED:
            return None
        case Verdict.FAIL:
            return _failure(judgement)
        case Verdict.FIXED:
            return Kind.FIXED
        case Verdict.KNOWN_BUG:
            return Kind.KNOWN_BUG
        case Verdict.INCONCLUSIVE:
            return Kind.INCONCLUSIVE
        case Verdict.INFRA:
            return Kind.INFRA


def _failure(judgement: Judgement) -> Kind:
    if judgement.cause is not None:
        return Kind.STUCK
    return Kind.INVARIANT if any(not v.waived for v in judgement.violations) else Kind.WRONG
