"""Counts how often nodes ran that must run once: by their pods, and by nodes that begin again after they had ended."""

from collections.abc import Callable, Iterable, Iterator

from harness.history.state import State
from harness.history.traces import NodeChange, PodTrace
from harness.history.wake import Wake
from harness.model.events import AnyEntry, Resource, Seen
from harness.oracles.invariants.invariant import after_gap

Again = tuple[str, str]
"""The id of a node that runs once more, and the words for it."""


class Runs:
    """`mine` says by its name whether a node counts. A manual retry starts the count anew."""

    def __init__(self, mine: Callable[[str, State], bool]) -> None:
        self._mine = mine
        self._pods: dict[str, list[str]] = {}
        self._retries = 0

    def again(self, entry: AnyEntry, state: State) -> Iterable[Again]:
        """What the entry shows to run once more."""
        if len(state.retries) != self._retries:
            self._retries = len(state.retries)
            self._pods.clear()
        if Wake.NEW_POD in state.news and isinstance(entry, Seen):
            return self._pod(state.pods[entry.object.uid], state)
        return self._nodes(state) if Wake.UNDONE in state.news else ()

    def _nodes(self, state: State) -> Iterator[Again]:
        for change in state.changes:
            yield from self._node(change, state)

    def _pod(self, trace: PodTrace, state: State) -> Iterator[Again]:
        pod = trace.pod
        if not pod.node_id or not self._mine(pod.node_name, state):
            return
        known = self._pods.setdefault(pod.node_id, [])
        known.append(pod.name)
        node = state.nodes.get(pod.node_id)
        restarted = node is not None and node.now is not None and node.now.restarting
        if len(known) > 1 and not restarted:
            yield pod.node_id, f"{pod.node_name} runs {len(known)} times: its pods were {', '.join(known)}"

    def _node(self, change: NodeChange, state: State) -> Iterator[Again]:
        before, after = change.before, change.after
        if before is None or after is None or not before.phase.terminal or after.phase.terminal or after.restarting:
            return
        if self._retries or not self._mine(after.name, state):
            return
        if not after_gap(state, Resource.WORKFLOW, state.nodes[change.id].versions[-2].at.seq):
            yield change.id, f"{after.display_name} had ended as {before.phase} and runs again ({after.phase})"
