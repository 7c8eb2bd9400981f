"""deadlines-honoured: what has an `activeDeadlineSeconds` has ended by then, with some slack.

Why: a deadline is often all that stands between a hung step and a blocked cluster. Broken by #12329 (a pending pod
past its deadline), #13722 (a suspended workflow), #14641 (update errors).

Lawful: pods get their grace period, and the controller may be away or need a few reconciliations; a cluster node that
is away ends nothing. An attempt under `backoff.maxDuration` obeys that one instead (#13044, by design). An exit handler
is not bound by the deadline of the workflow. The clock of a step starts again when its container does.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Workflow
from harness.oracles.invariants.invariant import GRACE, EachEntry, Wake, hosts_failed, unnoticed


class DeadlinesHonoured(EachEntry):
    name: ClassVar[str] = "deadlines-honoured"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.NODES})

    def __init__(self) -> None:
        self._told: set[str] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        for change in state.changes:
            node, before = change.after, change.before
            if workflow is None or node is None or not node.phase.terminal or (before and before.phase.terminal):
                continue
            yield from self._late(node, workflow, state, node.finished_at or state.wall)

    def finish(self, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is None or state.deleted is not None:
            return
        for node in workflow.nodes.values():
            if not node.phase.terminal:
                yield from self._late(node, workflow, state, state.wall)

    def _late(self, node: Node, workflow: Workflow, state: State, until: float) -> Iterator[Violation]:
        if node.id in self._told:
            return
        for what, due in _bounds(node, workflow, state):
            over = until - due
            if over > GRACE + unnoticed(state) and not hosts_failed(state):
                self._told.add(node.id)
                now = f"ended as {node.phase}" if node.phase.terminal else f"is {node.phase or 'new'}"
                text = f"{node.display_name} {now} {over:.0f} s after the deadline of the {what}"
                yield self.overdue(state, text, node.id)
                return


def _bounds(node: Node, workflow: Workflow, state: State) -> Iterator[tuple[str, float]]:
    if workflow.active_deadline and workflow.started_at and not node.on_exit:
        yield "workflow", workflow.started_at + workflow.active_deadline
    template = workflow.templates.get(node.template)
    if template is None or not template.active_deadline or node.started_at is None or node.type != "Pod":
        return
    if template.backoff is None or not template.backoff.max_duration:
        yield "step", _begun(node, node.started_at, state) + template.active_deadline


def _begun(node: Node, started: float, state: State) -> float:
    pods = (trace.pod for trace in state.pods_of(node.id))
    stamps = (container.started_at for pod in pods for container in pod.containers if not container.init)
    return max([started, *(stamp for stamp in stamps if stamp is not None)])
