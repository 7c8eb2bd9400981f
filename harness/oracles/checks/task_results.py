"""The label `report-outputs-completed` of the task results of the matching nodes."""

from harness.history.state import State
from harness.model.events import Resource
from harness.model.verdicts import Check
from harness.oracles import selectors
from harness.oracles.checks.seen import UNKNOWN, listed
from harness.scenario.expectation import TaskResultOutcome


def check(expected: TaskResultOutcome, state: State) -> Check:
    found = list(selectors.task_results(expected, state))
    seen = [f"{trace.result.name} {_word(trace.result.completed)}" for trace in found]
    # A label is kept where it changed; whether it did again behind a gap, nobody saw.
    last = min((trace.versions[-1].at.t for trace in found), default=0.0)
    lost = state.gap(Resource.TASK_RESULT, last)
    told = f"{UNKNOWN}{listed(seen) or 'none seen'}, but the watch had a gap" if lost else listed(seen)
    return Check(
        name=f"taskResults[{selectors.describe(expected)}].completed",
        expected=_word(expected.completed),
        seen=told or "no task result",
        holds=bool(found) and not lost and all(trace.result.completed is expected.completed for trace in found),
    )


def _word(completed: bool | None) -> str:
    return "unlabelled" if completed is None else str(completed).lower()
