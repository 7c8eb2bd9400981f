"""The sequential test errs no more often than it says: every path that it can take is added up, none is simulated."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.repetition import ERROR, RUNS, SHARE, Conclusion
from harness.oracles import statistics


def ends(rate: float) -> dict[Conclusion, float]:
    """Probability of each end of the test, where a run is broken with that rate."""
    found = dict.fromkeys(Conclusion, 0.0)
    paths = {(0, 0): 1.0}
    while paths:
        onward: dict[tuple[int, int], float] = {}
        for (healthy, broken), chance in paths.items():
            if healthy and broken:
                found[Conclusion.FLAKY] += chance
            elif statistics.still_missing(healthy, broken) == 0:
                found[Conclusion.STILL_BROKEN if broken else Conclusion.STILL_HEALTHY] += chance
            else:
                for step, share in (((healthy + 1, broken), 1 - rate), ((healthy, broken + 1), rate)):
                    onward[step] = onward.get(step, 0.0) + chance * share
        paths = onward
    return found


@pytest.mark.parametrize(("rate", "right"), [(0.0, Conclusion.STILL_HEALTHY), (1.0, Conclusion.STILL_BROKEN)])
def test_what_never_varies_is_never_called_flaky(rate: float, right: Conclusion) -> None:
    assert ends(rate)[right] == 1.0


@pytest.mark.parametrize("rate", [SHARE, 0.3, 0.4, 0.5])
def test_what_varies_often_is_seldom_called_healthy(rate: float) -> None:
    assert ends(rate)[Conclusion.STILL_HEALTHY] <= ERROR
    assert ends(1 - rate)[Conclusion.STILL_BROKEN] <= ERROR


def test_no_run_more_than_the_error_asks_for() -> None:
    assert (1 - SHARE) ** RUNS <= ERROR < (1 - SHARE) ** (RUNS - 1)


def test_a_flaky_rate_is_told_with_a_narrow_interval() -> None:
    """Both were seen, and it goes on until the rate means something."""
    for healthy, broken in ((1, 1), (3, 1), (1, 4), (5, 5)):
        n = healthy + broken + statistics.still_missing(healthy, broken)
        assert statistics.interval(round(broken * n / (healthy + broken)), n).width <= statistics.NARROW


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (1, 20, 0.0013, 0.2487), (7, 20, 0.1539, 0.5922), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_the_tables(hits: int, n: int, low: float, high: float) -> None:
    found = statistics.interval(hits, n)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


@settings(max_examples=40)
@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_an_interval_holds_the_truth_as_often_as_it_says(n: int, rate: float) -> None:
    def chance(hits: int) -> float:
        return math.comb(n, hits) * rate**hits * (1 - rate) ** (n - hits)

    def holds_it(hits: int) -> bool:
        return statistics.interval(hits, n).low <= rate <= statistics.interval(hits, n).high

    assert math.fsum(chance(hits) for hits in range(n + 1) if holds_it(hits)) >= statistics.CONFIDENCE - 1e-9


def test_many_runs_are_no_trouble() -> None:
    wide, narrow = statistics.interval(30, 100), statistics.interval(300, 1000)
    assert narrow.width < wide.width < 0.2
