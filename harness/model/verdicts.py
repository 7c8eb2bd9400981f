"""What a cell (one scenario on one release) can end as, and the evidence that goes with it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final


class Verdict(StrEnum):
    """Ordered from best to worst by `severity`; the worst cell decides the exit code."""

    PASS = "pass"
    KNOWN_BUG = "known-bug"
    SKIPPED = "skipped"
    FIXED = "fixed"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    INFRA = "infra"

    @property
    def green(self) -> bool:
        return self in (Verdict.PASS, Verdict.KNOWN_BUG)

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self]


EXIT_CODES = {
    Verdict.PASS: 0,
    Verdict.KNOWN_BUG: 0,
    Verdict.SKIPPED: 0,
    Verdict.FIXED: 1,
    Verdict.FAIL: 1,
    Verdict.INCONCLUSIVE: 3,
    Verdict.INFRA: 4,
}


def worst_code(verdicts: Iterable[Verdict]) -> int:
    """That of the worst of several, for every command: 4 before 3 before 1, since beside a question that is open a
    failure is not yet the whole answer."""
    return max((verdict.exit_code for verdict in verdicts), default=0)


class StuckCause(StrEnum):
    """Why a workflow that nothing can move any more is where it is."""

    TASK_RESULT_INCOMPLETE = "task-result-incomplete"
    POD_GONE = "pod-gone"
    PARENT_NOT_CLOSED = "parent-not-closed"
    EXIT_HANDLER = "exit-handler"
    LOCK_HELD_BY_NOBODY = "lock-held-by-nobody"
    PENDING_UNSCHEDULABLE = "pending-unschedulable"
    SUSPENDED_AND_SHUT_DOWN = "suspended-and-shut-down"
    UNKNOWN = "unknown"


UNKNOWN: Final = "unknown: "
"""Begins what was seen, or the message of a violation, where nobody can tell for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of an expectation held against what was seen. `line` is the line in the scenario file, 0 if none."""

    name: str
    expected: str
    seen: str
    holds: bool
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """An invariant that did not hold, with the `seq` of the entry that broke it.

    `waived` is the reason for which the scenario does not count it, "" where it counts, and `line` where the scenario
    file says so, 0 if unknown; `node` is the id of the workflow node that is to blame, "" where it is no single one.
    """

    invariant: str
    message: str
    seq: int
    waived: str = ""
    node: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue(Violation):
    """One that rests on how long something took: on a starved machine it cannot be told from slowness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """How one step of the method went. Times are seconds since the history began; None where it never came to that.

    `not_drawn` says why it was no part of this run; then it neither landed nor failed to.
    """

    step: int
    name: str
    verb: str
    triggered: float | None
    accepted: float | None
    landed: float | None
    proof: str
    problem: str = ""
    not_drawn: str = ""

    @property
    def latency(self) -> float | None:
        """Seconds from the watch event to the accepted call."""
        if self.triggered is None or self.accepted is None:
            return None
        return self.accepted - self.triggered


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict of one history and everything that led to it.

    `left_out`: it is inconclusive for no other reason than that a step was not drawn, which is no failure of the run.
    """

    verdict: Verdict
    reason: str
    cause: StuckCause | None = None
    checks: tuple[Check, ...] = ()
    violations: tuple[Violation, ...] = ()
    landings: tuple[Landing, ...] = ()
    link: str = ""
    left_out: bool = False

    @property
    def partial(self) -> bool:
        """It tells something, but of a run that was not the whole method."""
        told = self.left_out or self.verdict not in (Verdict.INCONCLUSIVE, Verdict.INFRA)
        return told and any(landing.not_drawn for landing in self.landings)

    def as_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`; the same judgement gives the same bytes, as it did before steps were drawn."""
        record: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        for landing in record["landings"]:
            if not landing["not_drawn"]:
                del landing["not_drawn"]
        if not self.left_out:
            del record["left_out"]
        return record
