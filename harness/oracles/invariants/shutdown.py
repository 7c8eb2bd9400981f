"""shutdown-honoured: after a stop everything but exit handlers ends, after a terminate everything does, with some
slack; and nothing that must not run is started any more.

Why: a stop is what a person reaches for when work does harm. Broken by #16777 and #7633 (a node that waits for a lock
ignores it), #13412 and #13964 (an exit handler that is a DAG), #3719.

Lawful: pods get their grace period, and the controller may be away or need a few reconciliations; a cluster node that
is away ends nothing. A manual retry takes the stop back.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.history.traces import At
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Workflow
from harness.oracles.invariants.invariant import GRACE, NOTHING, EachEntry, Wake, hosts_failed, unnoticed

UNDER_WAY: Final = 5.0
"""Seconds in which a pod that was asked for before the stop may still come."""


class ShutdownHonoured(EachEntry):
    name: ClassVar[str] = "shutdown-honoured"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.NEW_POD})

    def __init__(self) -> None:
        self._since: At | None = None
        self._told: set[str] = set()
        self._pods = 0

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        workflow = state.workflow
        if workflow is None or not workflow.shutdown:
            self._since, self._pods = None, len(state.pods)
            return NOTHING
        self._since = self._since or state.at
        return self._ignored(workflow, state, self._since)

    def _ignored(self, workflow: Workflow, state: State, since: At) -> Iterator[Violation]:
        if len(state.pods) != self._pods:
            self._pods = len(state.pods)
            yield from self._new_pod(workflow, state, since)
        for change in state.changes:
            node, before = change.after, change.before
            if node is not None and node.phase.terminal and (before is None or not before.phase.terminal):
                yield from self._late(node, workflow, state, since)

    def finish(self, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is None or self._since is None or state.deleted is not None:
            return
        for node in workflow.nodes.values():
            if not node.phase.terminal:
                yield from self._late(node, workflow, state, self._since)

    def _late(self, node: Node, workflow: Workflow, state: State, since: At) -> Iterator[Violation]:
        over = state.t - since.t
        if not _stopped(node.name, workflow) or over <= GRACE + unnoticed(state) or hosts_failed(state):
            return
        if node.id not in self._told:
            self._told.add(node.id)
            now = f"ended as {node.phase} only" if node.phase.terminal else f"is {node.phase or 'new'}"
            yield self.overdue(state, f"{node.display_name} {now} {over:.0f} s after {workflow.shutdown}", node.id)

    def _new_pod(self, workflow: Workflow, state: State, since: At) -> Iterator[Violation]:
        pod = next(reversed(state.pods.values())).pod
        late = (pod.created_at or 0.0) - since.wall
        if late > UNDER_WAY and _stopped(pod.node_name, workflow):
            yield self.overdue(state, f"pod {pod.name} was created {late:.0f} s after {workflow.shutdown}", pod.node_id)


def _stopped(name: str, workflow: Workflow) -> bool:
    """Whether the shutdown of the workflow concerns the node."""
    return workflow.shutdown == "Terminate" or ".onExit" not in name
