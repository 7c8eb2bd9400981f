"""What went wrong once went wrong; green takes every run that was asked for; what proves nothing is counted apart."""

import math

import pytest

from harness.model.errors import UsageError
from harness.model.repetition import RUNS, Conclusion, Mode, Repeat, Run
from harness.model.verdicts import Judgement, Verdict
from harness.oracles import repetition

P, K, F, X, N, B = (
    Verdict.PASS, Verdict.KNOWN_BUG, Verdict.FAIL, Verdict.FIXED, Verdict.INCONCLUSIVE, Verdict.INFRA,
)  # fmt: skip
TEN = Repeat(mode=Mode.TIMES, times=10, retries=2)
DECIDE = Repeat.parse("decide", retries=2)
UNTIL = Repeat.parse("until-fail")


def wanted(repeat: Repeat, *verdicts: Verdict, elapsed: float = 0.0) -> int:
    return repetition.wanted(repeat, verdicts, elapsed)


def verdict(repeat: Repeat, *verdicts: Verdict) -> Judgement:
    return repetition.together(repeat, [Judgement(verdict=each, reason=f"it was {each}") for each in verdicts])


def conclusion(repeat: Repeat, *verdicts: Verdict) -> Conclusion:
    summary = repetition.summary(repeat, [Run(verdict=each, reason="", seconds=1.0) for each in verdicts])
    assert summary is not None
    return summary.conclusion


@pytest.mark.parametrize(
    ("text", "mode", "times", "budget"),
    [
        ("", Mode.ONCE, 1, math.inf),
        ("1", Mode.ONCE, 1, math.inf),
        ("20", Mode.TIMES, 20, math.inf),
        ("until-fail", Mode.UNTIL_FAIL, 1, 600.0),
        ("decide", Mode.DECIDE, 1, 600.0),
    ],
)
def test_what_can_be_asked_for(text: str, mode: Mode, times: int, budget: float) -> None:
    asked = Repeat.parse(text)
    assert (asked.mode, asked.times, asked.budget) == (mode, times, budget)


@pytest.mark.parametrize("text", ["0", "-1", "1001", "forever", "2.5", "٣"])
def test_what_cannot_be_asked_for(text: str) -> None:
    with pytest.raises(UsageError, match="is no way to repeat"):
        Repeat.parse(text)


def test_once_is_what_it_was_before() -> None:
    once = Repeat()
    assert [wanted(once), wanted(once, P), wanted(once, N), wanted(once, N, N), wanted(once, N, P)] == [1, 0, 1, 0, 0]
    assert verdict(once, N, P) == Judgement(verdict=P, reason="it was pass")
    assert verdict(once, N, N).verdict is N
    assert repetition.summary(once, ()) is None


def test_a_number_of_times_counts_what_tells_something() -> None:
    assert [wanted(TEN), wanted(TEN, *[P] * 4), wanted(TEN, *[P] * 4, N), wanted(TEN, *[P] * 10)] == [10, 6, 6, 0]


def test_inconclusive_runs_in_a_row_end_it() -> None:
    assert [wanted(TEN, P, N, N), wanted(TEN, P, N, N, N), wanted(TEN, N, P, N, P, N, P)] == [9, 0, 7]


def test_nothing_is_begun_after_the_budget() -> None:
    assert [wanted(DECIDE, P, elapsed=599.0), wanted(DECIDE, P, elapsed=600.0)] == [RUNS - 1, 0]
    assert wanted(DECIDE, elapsed=600.0), "the first one is always run"


def test_a_broken_cluster_ends_it() -> None:
    assert wanted(TEN, P, B) == 0
    assert verdict(TEN, P, B).verdict is B


def test_until_fail_stops_at_what_is_not_as_declared() -> None:
    assert wanted(UNTIL, *[P] * 50)
    assert wanted(UNTIL, *[K] * 50)
    assert wanted(UNTIL, P, F) == 0
    assert wanted(UNTIL, K, X) == 0


@pytest.mark.parametrize(
    ("verdicts", "together", "said"),
    [
        ([P] * RUNS, P, Conclusion.STILL_HEALTHY),
        ([K] * RUNS, K, Conclusion.STILL_BROKEN),
        ([F] * RUNS, F, Conclusion.STILL_BROKEN),
        ([X] * RUNS, X, Conclusion.STILL_HEALTHY),
        ([P] * 9 + [F] * 2, F, Conclusion.FLAKY),
        ([K] * 9 + [X] * 2, X, Conclusion.FLAKY),
        ([P] * RUNS + [N], P, Conclusion.STILL_HEALTHY),
        ([P] * (RUNS - 1), N, Conclusion.UNDECIDED),
        ([P] * (RUNS - 1) + [N], N, Conclusion.UNDECIDED),
        ([N] * 3, N, Conclusion.UNDECIDED),
    ],
)
def test_what_is_decided(verdicts: list[Verdict], together: Verdict, said: Conclusion) -> None:
    assert verdict(DECIDE, *verdicts).verdict is together
    assert conclusion(DECIDE, *verdicts) is said


def test_the_reason_has_the_figures() -> None:
    told = verdict(DECIDE, *[P] * 9, N, F, F).reason
    assert told == "flaky, broken in 2 of 11 runs, rate in [0.02, 0.52], 1 inconclusive apart; it was fail"


def test_too_few_runs_are_never_green() -> None:
    assert verdict(TEN, *[P] * 9).verdict is N
    assert "only 9 of 10 runs told anything" in verdict(TEN, *[P] * 9).reason
    assert verdict(TEN, *[P] * 10).verdict is P
    assert verdict(TEN, *[P] * 9, F).verdict is F


def test_until_fail_is_green_over_what_fitted_in() -> None:
    assert verdict(UNTIL, P, P, P).verdict is P
    assert verdict(UNTIL, N, N).verdict is N
    assert verdict(UNTIL, P, P, F).verdict is F
