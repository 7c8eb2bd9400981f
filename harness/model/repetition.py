"""How often a cell is run, and what its runs add up to. A run that proves nothing is counted apart, never as green."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from harness.model.errors import UsageError
from harness.model.verdicts import Verdict

OPEN_END: Final = 600.0
"""Seconds for a repetition without an end of its own, where no budget is given."""
LARGEST: Final = 1_000
"""Runs that a number may ask for."""
SHARE: Final = 0.25
ERROR: Final = 0.05
RUNS: Final = math.ceil(math.log(ERROR) / math.log(1 - SHARE))
"""Runs alike with which `decide` is content, 11 at these figures: an outcome that varies in SHARE of the runs or more
is missed with a probability of at most ERROR."""


class Mode(StrEnum):
    ONCE = "once"
    TIMES = "times"
    UNTIL_FAIL = "until-fail"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What was asked for. `budget` is seconds for each cell after which nothing new is begun; `retries` is how many
    inconclusive runs in a row are tried again."""

    mode: Mode = Mode.ONCE
    times: int = 1
    budget: float = math.inf
    retries: int = 1

    @classmethod
    def parse(cls, text: str, *, budget: float | None = None, retries: int = 1) -> Self:
        """From `20`, `until-fail` or `decide`; "" is once."""
        if text in (Mode.UNTIL_FAIL, Mode.DECIDE):
            return cls(mode=Mode(text), budget=OPEN_END if budget is None else budget, retries=retries)
        if text and not (re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= LARGEST):
            raise UsageError(
                f"{text!r} is no way to repeat", cure=f"a number up to {LARGEST}, {Mode.UNTIL_FAIL} or {Mode.DECIDE}"
            )
        times = int(text or 1)
        mode = Mode.ONCE if times == 1 else Mode.TIMES
        return cls(mode=mode, times=times, budget=math.inf if budget is None else budget, retries=retries)

    def __str__(self) -> str:
        return str(self.times) if self.mode is Mode.TIMES else self.mode


class Conclusion(StrEnum):
    """What the runs of a cell say. `healthy` and `broken` are about Argo, whatever was declared."""

    STILL_HEALTHY = "still healthy"
    STILL_BROKEN = "still broken"
    FLAKY = "flaky"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Of a share; both ends belong to it."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def __str__(self) -> str:
        return f"[{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a cell. `left_out`: it is not counted, because a step was not drawn in it."""

    verdict: Verdict
    reason: str
    seconds: float
    history: Path | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """`n` are the conclusive runs, `passes` those that ended as declared, `broken` those in which Argo misbehaved
    (declared or not). `left_out` are those that are not counted, because a step was not drawn in them. `share` is the
    95 % interval of passes, `rate` of broken. `runs` are all, in order."""

    asked: str
    conclusion: Conclusion
    n: int
    passes: int
    broken: int
    inconclusive: int
    share: Interval
    rate: Interval
    left_out: int = 0
    runs: tuple[Run, ...] = ()

    def __str__(self) -> str:
        apart = f", {self.inconclusive} inconclusive apart" if self.inconclusive else ""
        told = f"{self.conclusion}, broken in {self.broken} of {self.n} runs, rate in {self.rate}{apart}"
        return told + (f", {self.left_out} left out in which not every step was drawn" if self.left_out else "")
