"""What the judge finds violated in a history under construction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.oracles.judge import judge

if TYPE_CHECKING:
    from tests.oracles.build import Tape


def violated(tape: Tape) -> list[str]:
    return [violation.invariant for violation in judge(tape.header, tape.end().entries).violations]


def told(tape: Tape) -> str:
    """All messages, for a test of the evidence."""
    return "; ".join(violation.message for violation in judge(tape.header, tape.end().entries).violations)
