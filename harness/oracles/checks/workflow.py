"""How the workflow ended, or that it never will."""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.verdicts import Check
from harness.model.workflow import Workflow
from harness.oracles.checks.seen import fits
from harness.oracles.stuck import quiescence, stuck
from harness.scenario.expectation import ResubmittedOutcome, WorkflowOutcome


def check(expected: WorkflowOutcome, state: State, now: float) -> Iterator[Check]:
    workflow = state.workflow
    if workflow is None:
        yield Check(name="workflow", expected="exists", seen="never seen", holds=False)
        return
    if expected.phase is not None:
        # A terminal phase alone lies on 3.5.4 and 3.5.5 (#12993).
        ended = workflow.final or not expected.phase.terminal
        why = f": {workflow.message}" if workflow.message and workflow.phase is not expected.phase else ""
        yield Check(
            name="workflow.phase",
            expected=expected.phase,
            seen=f"{workflow.phase}{why}" + ("" if ended else f" (not final: {_missing(workflow)})"),
            holds=workflow.phase is expected.phase and ended,
        )
    if expected.message is not None:
        seen = workflow.message
        yield Check(name="workflow.message", expected=expected.message, seen=seen, holds=fits(expected.message, seen))
    if expected.stuck is not None:
        yield _stuck(expected, state, now)
    if expected.gone is not None:
        seen = workflow.phase if state.deleted is None else "deleted"
        yield Check(name="workflow.gone", expected="deleted", seen=seen, holds=state.deleted is not None)


def check_resubmitted(expected: ResubmittedOutcome, state: State) -> Iterator[Check]:
    """Every workflow that does the work of this one anew, by what was seen of it last."""
    found = list(state.resubmitted())
    if not found:
        yield Check(name="resubmitted", expected="exists", seen="there is none", holds=False)
    for workflow in found:
        unfinished = "" if workflow.final else f" (not final: {_missing(workflow)})"
        wanted = expected.phase or "ended"
        holds = workflow.phase is expected.phase if expected.phase else True
        ended = workflow.final or bool(expected.phase and not expected.phase.terminal)
        seen = f"{workflow.name} {workflow.phase}{unfinished}"
        yield Check(name="resubmitted.phase", expected=wanted, seen=seen, holds=holds and ended)
        if expected.message is not None:
            fit = fits(expected.message, workflow.message)
            yield Check(name="resubmitted.message", expected=expected.message, seen=workflow.message, holds=fit)


def ended(expected: WorkflowOutcome | None, state: State) -> Iterator[Check]:
    """What every outcome says that neither names how the workflow ends nor that it is stuck or deleted."""
    said = expected is not None and (
        expected.stuck is not None or expected.gone is not None or (expected.phase and expected.phase.terminal)
    )
    workflow = state.workflow
    if said:
        return
    if workflow is None:
        yield Check(name="workflow", expected="ended", seen="never seen", holds=False)
    else:
        seen = workflow.phase + ("" if workflow.final else f" (not final: {_missing(workflow)})")
        yield Check(name="workflow", expected="ended", seen=seen, holds=workflow.final)


def _stuck(expected: WorkflowOutcome, state: State, now: float) -> Check:
    found = stuck(state, now)
    if found is None:
        why = "; ".join(quiescence(state, now).blockers) or "quiet, but not nudged for long enough"
        seen = f"not stuck: {why}"
    else:
        seen = f"{found.cause}: {found.evidence}"
    wanted = "stuck" if expected.stuck is True else str(expected.stuck)
    holds = found is not None and expected.stuck in (True, found.cause)
    return Check(name="workflow.stuck", expected=wanted, seen=seen, holds=holds)


def _missing(workflow: Workflow) -> str:
    missing = [
        name
        for name, there in (
            ("phase is not terminal", workflow.phase.terminal),
            ("label completed is not true", workflow.completed is True),
            ("finishedAt is not set", workflow.finished_at is not None),
        )
        if not there
    ]
    return ", ".join(missing)
