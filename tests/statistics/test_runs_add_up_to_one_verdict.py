"""What went wrong once went wrong; green takes every run that was asked for; what proves nothing is counted apart."""

import math

import pytest

from harness.model.errors import UsageError
from harness.model.repetition import RUNS, Conclusion, Mode, Repeat, Run
from harness.model.verdicts import Judgement, Landing, Verdict
from harness.oracles import repetition

P, K, F, X, N, B = (
    Verdict.PASS, Verdict.KNOWN_BUG, Verdict.FAIL, Verdict.FIXED, Verdict.INCONCLUSIVE, Verdict.INFRA,
)  # fmt: skip
TEN = Repeat(mode=Mode.TIMES, times=10, retries=2)
DECIDE = Repeat.parse("decide", retries=2)
UNTIL = Repeat.parse("until-fail")


def wanted(repeat: Repeat, *verdicts: Verdict, elapsed: float = 0.0) -> int:
    return repetition.wanted(repeat, [repetition.Said(each) for each in verdicts], elapsed)


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


def partial(verdict: Verdict, *, left_out: bool = False) -> Judgement:
    """Of a run in which the step was not drawn."""
    step = Landing(
        step=0, name="kill", verb="kill-process", triggered=None, accepted=None, landed=None, proof="",
        not_drawn="not drawn",
    )  # fmt: skip
    return Judgement(verdict=verdict, reason=f"it was {verdict}", landings=(step,), left_out=left_out)


def whole(verdict: Verdict) -> Judgement:
    return Judgement(verdict=verdict, reason=f"it was {verdict}")


def still(repeat: Repeat, *judgements: Judgement) -> int:
    return repetition.wanted(repeat, [repetition.said(repeat, each) for each in judgements], 0.0)


OUT = partial(N, left_out=True)


def test_decide_is_about_runs_of_the_whole_method() -> None:
    some = [partial(P)] * RUNS + [whole(P)] * (RUNS - 2)
    assert still(DECIDE, *some) == 2
    told = repetition.together(DECIDE, some)
    assert told.verdict is N
    assert told.reason.startswith(f"undecided, broken in 0 of {RUNS - 2} runs")
    assert f", {RUNS} left out in which not every step was drawn: only {RUNS - 2} of {RUNS} runs told" in told.reason


def test_decide_is_green_over_whole_runs_and_one_of_them_speaks() -> None:
    runs = [partial(P), OUT, *[whole(P)] * RUNS]
    assert still(DECIDE, *runs) == 0
    told = repetition.together(DECIDE, runs)
    assert (told.verdict, told.landings) == (P, ())
    assert f"0 of {RUNS} runs" in told.reason
    assert ", 2 left out in which not every step was drawn; it was pass" in told.reason


def test_what_goes_wrong_in_a_run_that_is_left_out_went_wrong_all_the_same() -> None:
    runs = [partial(F), *[whole(P)] * RUNS]
    assert repetition.together(DECIDE, runs).verdict is F
    assert conclusion(DECIDE, *[P] * RUNS) is Conclusion.STILL_HEALTHY


def test_only_decide_leaves_out_what_told_something() -> None:
    assert [still(TEN, *[partial(P)] * 4), still(TEN, *[whole(P)] * 4)] == [6, 6]
    assert "left out" not in repetition.together(TEN, [partial(P)] * 10).reason


def test_a_run_that_says_nothing_for_want_of_a_step_is_not_made_again() -> None:
    """The same number would draw the same."""
    assert [still(Repeat(), OUT), still(TEN, OUT, OUT, whole(K)), still(TEN, *[OUT] * 9)] == [0, 7, 1]
    assert still(TEN, OUT, partial(N), OUT, partial(N), OUT, partial(N)) == 0, "these were in vain, three in a row"


def test_a_cell_without_a_whole_run_is_inconclusive_and_says_why() -> None:
    assert repetition.together(Repeat(), [OUT]) == OUT
    told = repetition.together(Repeat.parse("2"), [OUT, OUT])
    assert told.verdict is N
    assert "2 left out in which not every step was drawn, kill drawn in none; it was inconclusive" in told.reason
    assert repetition.together(Repeat.parse("2"), [OUT, whole(K)]).verdict is K
    assert "1 left out" in repetition.together(Repeat.parse("2"), [OUT, whole(K)]).reason


def test_what_is_left_out_is_known_run_by_run() -> None:
    runs = [Run(verdict=P, reason="", seconds=1.0, left_out=True), Run(verdict=P, reason="", seconds=1.0)]
    found = repetition.summary(DECIDE, runs)
    assert found is not None
    assert (found.n, found.passes, found.left_out) == (1, 1, 1)
