"""What a square of the grid can show, and how: one place, so that no view of a run speaks another language."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from harness.model.verdicts import Verdict


class Mark(StrEnum):
    """Failures first, then whatever else has to be looked at: the verdicts, and the three ways of having none."""

    FAIL = "fail"
    FIXED = "fixed"
    INFRA = "infra"
    INCONCLUSIVE = "inconclusive"
    UNAVAILABLE = "unavailable"
    NOT_RUN = "not-run"
    KNOWN_BUG = "known-bug"
    SKIPPED = "skipped"
    PASS = "pass"
    UNSELECTED = "unselected"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    @property
    def word(self) -> str:
        return _WORDS.get(self, self.value)

    @property
    def alarming(self) -> bool:
        return self.rank <= Mark.NOT_RUN.rank

    @property
    def glyph(self) -> str:
        """One character, another for each, so that nothing depends on colour."""
        return _GLYPHS[self]

    @property
    def dot(self) -> str:
        """One run among the last ones."""
        return "●" if self is Mark.PASS else self.glyph

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_RANKS: Final = {mark: rank for rank, mark in enumerate(Mark)}
_WORDS: Final = {
    Mark.FIXED: "fixed?",
    Mark.NOT_RUN: "not run",
    Mark.KNOWN_BUG: "known bug",
    Mark.UNSELECTED: "-",
}
_GLYPHS: Final = {
    Mark.INFRA: "!",
    Mark.INCONCLUSIVE: "?",
    Mark.FAIL: "✗",
    Mark.FIXED: "▲",
    Mark.UNAVAILABLE: "⊘",
    Mark.NOT_RUN: "○",
    Mark.KNOWN_BUG: "◆",
    Mark.SKIPPED: "-",
    Mark.PASS: "✓",
    Mark.UNSELECTED: "",
}
_MEANINGS: Final = {
    Mark.INFRA: "the cluster, the install or the harness failed: nothing is said about Argo",
    Mark.INCONCLUSIVE: "the fault did not land, or nothing proves that it did",
    Mark.FAIL: "expectation or invariants do not hold",
    Mark.FIXED: "a declared bug did not show",
    Mark.UNAVAILABLE: "the release was refused or could not be built",
    Mark.NOT_RUN: "was selected, but has no result: the run ended before its turn, or its job brought none",
    Mark.KNOWN_BUG: "the declared symptom was reproduced on a release declared to have it",
    Mark.SKIPPED: "the scenario says that it does not apply to this release",
    Mark.PASS: "expectation and invariants hold",
    Mark.UNSELECTED: "was not part of this run",
}


def mark_of(verdict: Verdict) -> Mark:
    return Mark(verdict.value)
