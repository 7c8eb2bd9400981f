"""retries-within-limit: the attempts of a Retry node are numbered without a hole and are at most `limit` + 1.

Why: a retry beyond the limit repeats side effects that the author bounded; a hole means that an attempt was lost.
Broken by #15277 (overflowing backoff) and #13003 (attempts vanish on a manual retry).

Lawful: after a manual retry Argo numbers anew, so neither is judged any more. A limit that is an expression is not
known here.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Workflow
from harness.oracles.invariants.invariant import EachEntry, Wake, manual_retries


class RetriesWithinLimit(EachEntry):
    name: ClassVar[str] = "retries-within-limit"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.NODES})

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is None or not state.changes or manual_retries(state):
            return
        for change in state.changes:
            node = change.after
            if node is not None and node.type == "Retry":
                yield from self._tell(node, workflow, state)

    def _tell(self, node: Node, workflow: Workflow, state: State) -> Iterator[Violation]:
        for kind, culprit, message in _problems(node, workflow):
            if (node.id, kind) not in self._told:
                self._told.add((node.id, kind))
                yield self.violated(state, message, culprit)


def _problems(node: Node, workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """What is wrong, by which node, and in words: an attempt that must not be, or a Retry node that lacks one."""
    template = workflow.templates.get(node.template)
    children = workflow.attempts(node)
    attempts = sorted((n.retry, n.id) for n in children if n.retry is not None and n.name == f"{node.name}({n.retry})")
    numbers = [number for number, _ in attempts]
    limit = template.retry_limit if template else None
    if limit is not None and numbers and numbers[-1] > limit:
        yield "limit", attempts[-1][1], f"{node.display_name} has attempt {numbers[-1]}, its limit is {limit}"
    if numbers != list(range(len(numbers))):
        yield "hole", node.id, f"attempts of {node.display_name} are {', '.join(map(str, numbers))}"
