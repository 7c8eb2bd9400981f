"""How many runs it takes to say something about a cell, with stated errors: statistics instead of reruns.

`decide` is Wald's sequential probability ratio test of "the outcome never varies" against "it does in a share of at
least SHARE of the runs". Under the first no other outcome ever comes, so the test needs no luck:

- One run that differs from another decides: both outcomes were seen, each with its evidence. A cell whose outcome
  never varies is never called flaky (error 0).
- `RUNS` runs alike decide the other way. A cell whose outcome varies in a share SHARE or more of its runs is called
  healthy or broken with a probability of at most (1 - SHARE)^RUNS, which is below ERROR.

A rarer variation may be missed; the interval beside every count says how rare it would have to be. Intervals are
Clopper and Pearson's: they hold for any n, and rather too wide than too narrow.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from harness.model.repetition import RUNS, Interval

CONFIDENCE: Final = 0.95
NARROW: Final = 0.6
"""Width of the interval of a flaky rate with which `decide` is content."""
_STEPS: Final = 60


@lru_cache(maxsize=1024)
def interval(hits: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The shares with which that many hits in n runs are not too surprising; everything where nothing was run."""
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _share_where(lambda share: at_least(hits, n, share) < tail)
    high = 1.0 if hits == n else _share_where(lambda share: at_least(hits + 1, n, share) < 1 - tail)
    return Interval(low=low, high=high)


def at_least(hits: int, n: int, share: float) -> float:
    """Probability of that many hits or more in n runs."""
    won, lost, all_ways = math.log(share), math.log1p(-share), math.lgamma(n + 1)
    return math.fsum(
        math.exp(all_ways - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * won + (n - k) * lost)
        for k in range(hits, n + 1)
    )


def still_missing(healthy: int, broken: int) -> int:
    """How many more runs `decide` wants, as far as it knows now; 0 when it is decided."""
    if not healthy or not broken:
        return max(0, RUNS - healthy - broken)
    n = healthy + broken
    while interval(round(broken * n / (healthy + broken)), n).width > NARROW:
        n += 1
    return n - healthy - broken


def _share_where(below: Callable[[float], bool]) -> float:
    """The share at which `below` turns from true to false, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2
