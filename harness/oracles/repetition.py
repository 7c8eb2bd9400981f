"""What the runs of one cell add up to: whether another one is wanted, and the one verdict that they give together.

Pure: the campaign asks it after every run, and anybody can ask it again about the same runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from harness.model.repetition import RUNS, Conclusion, Mode, Repeat, Repetition, Run
from harness.model.verdicts import Judgement, Verdict
from harness.oracles import statistics
from harness.scenario.duration import show_duration

BROKEN: Final = frozenset({Verdict.KNOWN_BUG, Verdict.FAIL})
"""Verdicts that say that Argo misbehaved, declared or not."""
_WORST: Final = (Verdict.INFRA, Verdict.FAIL, Verdict.FIXED, Verdict.KNOWN_BUG, Verdict.PASS, Verdict.INCONCLUSIVE)
_AT_ONCE: Final = 1_000
"""More runs than any machine makes at the same time."""


class Said(NamedTuple):
    """What a run says, and whether it is left out of what is counted."""

    verdict: Verdict
    left_out: bool = False

    @property
    def in_vain(self) -> bool:
        return self.verdict is Verdict.INCONCLUSIVE and not self.left_out

    @property
    def tells(self) -> bool:
        return self.verdict not in (Verdict.INCONCLUSIVE, Verdict.INFRA) and not self.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The runs by what they say; `in_vain` are the inconclusive ones since the last that told something."""

    healthy: int = 0
    broken: int = 0
    passes: int = 0
    inconclusive: int = 0
    in_vain: int = 0
    left_out: int = 0
    infra: bool = False

    @property
    def n(self) -> int:
        return self.healthy + self.broken


def said(repeat: Repeat, judgement: Judgement) -> Said:
    """`decide` is about the whole method, so it leaves out every run without some step; otherwise only one is left out
    that says nothing for want of a step."""
    whole = repeat.mode is Mode.DECIDE
    return Said(judgement.verdict, judgement.partial if whole else judgement.left_out)


def count(runs: Sequence[Said]) -> Count:
    told = [run.verdict for run in runs if run.tells]
    broken = sum(verdict in BROKEN for verdict in told)
    in_vain = 0
    for run in runs:
        in_vain = in_vain + 1 if run.in_vain else 0 if run.tells else in_vain
    return Count(
        healthy=len(told) - broken,
        broken=broken,
        passes=sum(verdict.green for verdict in told),
        inconclusive=sum(run.in_vain for run in runs),
        in_vain=in_vain,
        left_out=sum(run.left_out for run in runs),
        infra=any(run.verdict is Verdict.INFRA for run in runs),
    )


def wanted(repeat: Repeat, runs: Sequence[Said], elapsed: float) -> int:
    """How many more runs are wanted, as far as is known now; with 0 the cell is done."""
    so_far = count(runs)
    if so_far.infra or so_far.in_vain > repeat.retries or (runs and elapsed >= repeat.budget):
        return 0
    return _missing(repeat, so_far)


def _missing(repeat: Repeat, so_far: Count) -> int:
    match repeat.mode:
        case Mode.UNTIL_FAIL:
            return _AT_ONCE if so_far.passes == so_far.n else 0
        case Mode.DECIDE:
            return statistics.still_missing(so_far.healthy, so_far.broken)
        case _:
            return max(0, repeat.times - so_far.n - so_far.left_out)


def spokesman(runs: Sequence[Said]) -> int:
    """Index of the run that stands for all: the first of the worst, if there is one, of those that are counted. A run
    that proves nothing speaks for none."""
    return min(range(len(runs)), key=lambda index: (_WORST.index(runs[index].verdict), runs[index].left_out, index))


def together(repeat: Repeat, judgements: Sequence[Judgement]) -> Judgement:
    """The verdict of the cell. What went wrong once went wrong; and green takes every run that was asked for."""
    runs = [said(repeat, judgement) for judgement in judgements]
    worst, so_far = judgements[spokesman(runs)], count(runs)
    untold = worst.verdict is Verdict.INCONCLUSIVE and not so_far.left_out
    if repeat.mode is Mode.ONCE or worst.verdict is Verdict.INFRA or untold:
        return worst
    told = describe(repeat, so_far) + never_drawn(judgements)
    settled = worst.verdict in (Verdict.FAIL, Verdict.FIXED, Verdict.INCONCLUSIVE)
    if settled or enough(repeat, so_far):
        return replace(worst, reason=f"{told}; {worst.reason}")
    reason = f"{told}: {short_of(repeat, so_far)}"
    return replace(worst, verdict=Verdict.INCONCLUSIVE, reason=reason)


def never_drawn(judgements: Sequence[Judgement]) -> str:
    """The steps that no run was about, of those that told anything."""
    told = [each for each in judgements if each.verdict is not Verdict.INCONCLUSIVE or each.left_out]
    out = [{landing.name for landing in each.landings if landing.not_drawn} for each in told]
    never = sorted(set.intersection(*out)) if out else []
    return f", {', '.join(never)} drawn in none" if never else ""


def enough(repeat: Repeat, so_far: Count) -> bool:
    """Whether green may be said: `until-fail` says it of whatever number of runs fitted into its budget."""
    if repeat.mode is Mode.UNTIL_FAIL:
        return so_far.n > 0 and so_far.in_vain <= repeat.retries
    return _missing(repeat, so_far) == 0


def short_of(repeat: Repeat, so_far: Count) -> str:
    asked = repeat.times if repeat.mode is Mode.TIMES else RUNS
    why = (
        f"{so_far.in_vain} inconclusive in a row"
        if so_far.in_vain > repeat.retries
        else f"the budget of {show_duration(repeat.budget)} ended"
    )
    return f"only {so_far.n} of {asked} runs told anything, then {why}"


def conclusion(repeat: Repeat, so_far: Count) -> Conclusion:
    if so_far.healthy and so_far.broken:
        return Conclusion.FLAKY
    if so_far.n < (RUNS if repeat.mode is Mode.DECIDE else 1):
        return Conclusion.UNDECIDED
    return Conclusion.STILL_BROKEN if so_far.broken else Conclusion.STILL_HEALTHY


def describe(repeat: Repeat, so_far: Count) -> str:
    return str(_repetition(repeat, so_far, ()))


def summary(repeat: Repeat, runs: Sequence[Run]) -> Repetition | None:
    """The figures of a cell that was repeated."""
    if repeat.mode is Mode.ONCE:
        return None
    return _repetition(repeat, count([Said(run.verdict, run.left_out) for run in runs]), tuple(runs))


def _repetition(repeat: Repeat, so_far: Count, runs: tuple[Run, ...]) -> Repetition:
    return Repetition(
        asked=str(repeat),
        conclusion=conclusion(repeat, so_far),
        n=so_far.n,
        passes=so_far.passes,
        broken=so_far.broken,
        inconclusive=so_far.inconclusive,
        share=statistics.interval(so_far.passes, so_far.n),
        rate=statistics.interval(so_far.broken, so_far.n),
        left_out=so_far.left_out,
        runs=runs,
    )
