"""Holds what a scenario expects against what was seen, one line of it at a time.

What cannot be told does not hold: its `seen` begins with "unknown: ", and a verdict that hangs on it is inconclusive.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.verdicts import Check, Violation
from harness.oracles.blame import accounted
from harness.oracles.checks import containers, in_time, nodes, pods, task_results, timing, workflow
from harness.oracles.checks.seen import UNKNOWN
from harness.oracles.places import NOWHERE, Places
from harness.scenario.expectation import Outcome


def check(
    outcome: Outcome,
    state: State,
    now: float,
    violations: tuple[Violation, ...] = (),
    places: Places = NOWHERE,
) -> tuple[Check, ...]:
    """Every line of the outcome, in the order of the scenario file. `violations` are those found so far.

    Whatever else it says, a workflow that is not expected to be stuck is expected to end.
    """
    lines = tuple(_checks(outcome, state, now, violations, places))
    if not lines:
        nothing = Check(name="expect", expected="something", seen=f"{UNKNOWN}nothing is expected", holds=False)
        return tuple(places.mark((nothing,)))
    return (*places.mark(workflow.ended(outcome.workflow, state), "workflow"), *lines)


def _checks(
    outcome: Outcome, state: State, now: float, violations: tuple[Violation, ...], places: Places
) -> Iterator[Check]:
    if outcome.workflow is not None:
        yield from places.mark(workflow.check(outcome.workflow, state, now), "workflow")
    for index, node in enumerate(outcome.nodes):
        yield from places.mark(nodes.check(node, state), "nodes", index)
    for index, container in enumerate(outcome.containers):
        yield from places.mark(containers.check(container, state), "containers", index)
    for index, result in enumerate(outcome.task_results):
        yield from places.mark((task_results.check(result, state),), "taskResults", index)
    for index, pod in enumerate(outcome.pods):
        yield from places.mark(pods.check(pod, state), "pods", index)
    for index, bound in enumerate(outcome.timing):
        yield from places.mark(timing.check(bound, state), "timing", index)
    if outcome.resubmitted is not None:
        yield from places.mark(workflow.check_resubmitted(outcome.resubmitted, state), "resubmitted")
    for index, name in enumerate(outcome.violations):
        found = [violation for violation in violations if violation.invariant == name]
        meant = [violation for violation in found if accounted(violation, outcome, state)]
        yield from places.mark((_violated(name, found, meant),), "violations", index)


def _violated(name: str, found: list[Violation], meant: list[Violation]) -> Check:
    """`meant` are those of the `found` by a node that the outcome is about."""
    certain = [violation for violation in meant if not unsure(violation)]
    seen = "kept" if not found else (certain or meant or found)[0].message
    if found and not meant:
        seen = f"violated by another node: {seen}"
    return Check(name=f"violations[{name}]", expected="violated", seen=seen, holds=bool(certain))


def unknown(check: Check) -> bool:
    return not check.holds and check.seen.startswith(UNKNOWN)


def unsure(violation: Violation) -> bool:
    """Whether it may be lawful for all that can be told."""
    return violation.message.startswith(UNKNOWN)


__all__ = ["check", "in_time", "unknown", "unsure"]
