"""The label `report-outputs-completed` of the task results of the matching nodes."""

from harness.history.state import State
from harness.model.verdicts import Check
from harness.oracles import selectors
from harness.oracles.checks.seen import listed
from harness.scenario.expectation import TaskResultOutcome


def check(expected: TaskResultOutcome, state: State) -> Check:
    found = list(selectors.task_results(expected, state))
    seen = [f"{trace.result.name} {_word(trace.result.completed)}" for trace in found]
    return Check(
        name=f"taskResults[{selectors.describe(expected)}].completed",
        expected=_word(expected.completed),
        seen=listed(seen) or "no task result",
        holds=bool(found) and all(trace.result.completed is expected.completed for trace in found),
    )


def _word(completed: bool | None) -> str:
    return "unlabelled" if completed is None else str(completed).lower()
