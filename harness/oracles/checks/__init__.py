"""Holds what a scenario expects against what was seen, one line of it at a time.

What cannot be told does not hold: its `seen` begins with "unknown: ", and a verdict that hangs on it is inconclusive.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.verdicts import Check, Violation
from harness.oracles.checks import containers, in_time, nodes, pods, task_results, timing, workflow
from harness.oracles.checks.seen import UNKNOWN
from harness.scenario.expectation import Outcome


def check(outcome: Outcome, state: State, now: float, violations: tuple[Violation, ...] = ()) -> tuple[Check, ...]:
    """Every line of the outcome, in the order of the scenario file. `violations` are those found so far.

    Whatever else it says, a workflow that is not expected to be stuck is expected to end.
    """
    lines = tuple(_checks(outcome, state, now, violations))
    if not lines:
        return (Check(name="expect", expected="something", seen=f"{UNKNOWN}nothing is expected", holds=False),)
    return (*workflow.ended(outcome.workflow, state), *lines)


def _checks(outcome: Outcome, state: State, now: float, violations: tuple[Violation, ...]) -> Iterator[Check]:
    if outcome.workflow is not None:
        yield from workflow.check(outcome.workflow, state, now)
    for node in outcome.nodes:
        yield from nodes.check(node, state)
    for container in outcome.containers:
        yield from containers.check(container, state)
    for result in outcome.task_results:
        yield task_results.check(result, state)
    for pod in outcome.pods:
        yield from pods.check(pod, state)
    for bound in outcome.timing:
        yield from timing.check(bound, state)
    for name in outcome.violations:
        yield _violated(name, [violation for violation in violations if violation.invariant == name])


def _violated(name: str, found: list[Violation]) -> Check:
    certain = [violation for violation in found if not unsure(violation)]
    seen = (certain or found)[0].message if found else "kept"
    return Check(name=f"violations[{name}]", expected="violated", seen=seen, holds=bool(certain))


def unknown(check: Check) -> bool:
    return not check.holds and check.seen.startswith(UNKNOWN)


def unsure(violation: Violation) -> bool:
    """Whether it may be lawful for all that can be told."""
    return violation.message.startswith(UNKNOWN)


__all__ = ["check", "in_time", "unknown", "unsure"]
