"""How many pods were ever created for the matching nodes, by UID, and how many are left."""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.events import Resource
from harness.model.verdicts import Check
from harness.oracles import selectors
from harness.oracles.checks.seen import UNKNOWN
from harness.scenario.expectation import PodOutcome


def check(expected: PodOutcome, state: State) -> Iterator[Check]:
    label = f"pods[{selectors.describe(expected)}]"
    found = list(selectors.pods(expected, state))
    gap = state.gap(Resource.POD, 0.0)
    if expected.created is not None:
        # More than wanted is certain even where the watch had a gap; as many or fewer is not.
        unsure = gap is not None and len(found) <= expected.created
        seen = f"{UNKNOWN}{len(found)} seen, but the watch had a gap" if unsure else str(len(found))
        holds = len(found) == expected.created and not unsure
        yield Check(name=f"{label}.created", expected=str(expected.created), seen=seen, holds=holds)
    if expected.left is not None:
        left = sum(trace.gone is None for trace in found)
        seen = str(left) if gap is None else f"{UNKNOWN}{left} by what was seen, but the watch had a gap"
        holds = left == expected.left and gap is None
        yield Check(name=f"{label}.left", expected=str(expected.left), seen=seen, holds=holds)
