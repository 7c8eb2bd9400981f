"""retries-respect-backoff: a retry starts no earlier than its backoff after the attempt before, and none after
`maxDuration`, counted from the start of the first attempt.

Why: the backoff protects whatever the step depends on, and `maxDuration` is the only bound on the whole. Broken by
#15277 (the wait overflows to a negative one), #9170 (ignored in 3.3.8), #3655, #2975 and #7588.

Lawful: without a `limit` that is a number Argo waits for no backoff at all; after a manual retry nothing is judged.
Stamps are whole seconds, so a second less than the backoff is still no violation; a slow controller may be a few
seconds past `maxDuration` between its look at the clock and the new attempt.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Backoff, Node, Workflow
from harness.oracles.backoffs import wait_before
from harness.oracles.invariants.invariant import EachEntry, Wake, manual_retries

ROUNDING: Final = 1.0
LATE: Final = 5.0
"""Seconds that an attempt may start past `maxDuration`, for a controller that is slow between two of its lines."""


class RetriesRespectBackoff(EachEntry):
    name: ClassVar[str] = "retries-respect-backoff"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.NEW_NODE})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        for change in state.changes:
            node = change.after
            if workflow is None or change.before is not None or node is None or not node.retry:
                continue
            if not manual_retries(state):
                yield from (self.overdue(state, problem, node.id) for problem in _problems(node, workflow))


def _problems(node: Node, workflow: Workflow) -> Iterator[str]:
    template = workflow.templates.get(node.template)
    backoff = template.backoff if template else None
    if template is None or backoff is None or node.started_at is None:
        return
    stem, number = node.name.removesuffix(f"({node.retry})"), node.retry or 0
    before, first = workflow.named(f"{stem}({number - 1})"), workflow.named(f"{stem}(0)")
    if template.retry_limit is not None and before is not None:
        yield from _hasty(node, node.started_at, before, backoff, number)
    if backoff.max_duration and first is not None and first.started_at is not None:
        age = node.started_at - first.started_at
        if age > backoff.max_duration + LATE:
            most = f"maxDuration is {backoff.max_duration:g} s"
            yield f"{node.display_name} started {age:g} s after the first attempt, {most}"


def _hasty(node: Node, started: float, before: Node, backoff: Backoff, number: int) -> Iterator[str]:
    wait = wait_before(backoff, number)
    if wait is None or before.finished_at is None:
        return
    waited = started - before.finished_at
    if waited < wait - ROUNDING:
        yield f"{node.display_name} started {waited:g} s after the attempt before ended, its backoff is {wait:g} s"
