"""A waiver with a range of releases excuses nothing on the others."""

from __future__ import annotations

import pytest

from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from tests.oracles.build import Tape, header, node, spec

PANIC = 'level=error msg="recovered from panic" r="index out of range"'


@pytest.mark.parametrize(
    ("argo", "verdict", "reason"),
    [
        ("v3.5.10", Verdict.FAIL, ""),
        ("v3.6.0", Verdict.PASS, "it panics"),
        ("v3.7.15", Verdict.PASS, "it panics"),
        ("v4.0.2", Verdict.FAIL, ""),
    ],
)
def test_on_a_release(argo: str, verdict: Verdict, reason: str) -> None:
    waive = [{"argo": ">=3.6,<4", "invariant": "controller-does-not-panic", "reason": "it panics"}]
    tape = Tape().workflow("Succeeded", node("main", "Succeeded", started=0, finished=0)).controller_log(PANIC).end()
    judgement = judge(header(spec(waive=waive), argo=argo), tape.entries)
    assert judgement.verdict is verdict
    assert [violation.waived for violation in judgement.violations] == [reason]
