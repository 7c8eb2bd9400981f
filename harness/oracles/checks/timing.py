"""Bounds on the time between two moments. A bound fails only where the resolution of the stamps leaves no doubt."""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.verdicts import Check
from harness.oracles.checks.moments import describe, moment
from harness.oracles.starvation import unless_starved
from harness.scenario.duration import show_duration
from harness.scenario.expectation import Timing


def check(bound: Timing, state: State) -> Iterator[Check]:
    name = f"timing[{describe(bound.from_)} -> {describe(bound.to)}]"
    begin, end = moment(bound.from_, state), moment(bound.to, state)
    wanted = _wanted(bound)
    if begin is None or end is None:
        missing = describe(bound.from_ if begin is None else bound.to)
        yield Check(name=name, expected=wanted, seen=f"{missing}: never", holds=False)
        return
    least, most = end.earliest - begin.latest, end.latest - begin.earliest
    holds = (bound.at_least is None or most >= bound.at_least) and (bound.at_most is None or least <= bound.at_most)
    seen = f"{least:.1f} s" if most - least < 0.05 else f"{least:.1f} to {most:.1f} s"
    if not holds:
        seen = unless_starved(seen, state)
    yield Check(name=name, expected=wanted, seen=seen, holds=holds)


def _wanted(bound: Timing) -> str:
    words = []
    if bound.at_least is not None:
        words.append(f"at least {show_duration(bound.at_least)}")
    if bound.at_most is not None:
        words.append(f"at most {show_duration(bound.at_most)}")
    return " and ".join(words)
