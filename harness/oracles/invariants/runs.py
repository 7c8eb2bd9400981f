"""Counts how often nodes ran that must run once: by their pods, and by nodes that begin again after they had ended."""

from collections.abc import Callable, Iterator

from harness.history.state import State
from harness.history.traces import NodeChange, PodTrace
from harness.model.events import AnyEntry, Resource, Seen
from harness.model.pods import Pod
from harness.oracles.invariants.invariant import after_gap, manual_retries


class Runs:
    """`mine` says by its name whether a node counts. A manual retry starts the count anew."""

    def __init__(self, mine: Callable[[str, State], bool]) -> None:
        self._mine = mine
        self._pods: dict[str, list[str]] = {}
        self._retries = 0

    def again(self, entry: AnyEntry, state: State) -> Iterator[str]:
        """What the entry shows to run once more."""
        if state.steps:
            self._forget(state)
        if isinstance(entry, Seen) and isinstance(entry.object, Pod):
            trace = state.pods.get(entry.object.uid)
            if trace is not None and trace.born.seq == entry.seq:
                yield from self._pod(trace, state)
        for change in state.changes:
            yield from self._node(change, state)

    def _forget(self, state: State) -> None:
        retries = len(manual_retries(state))
        if retries != self._retries:
            self._retries = retries
            self._pods.clear()

    def _pod(self, trace: PodTrace, state: State) -> Iterator[str]:
        pod = trace.pod
        if not pod.node_id or not self._mine(pod.node_name, state):
            return
        known = self._pods.setdefault(pod.node_id, [])
        known.append(pod.name)
        node = state.nodes.get(pod.node_id)
        restarted = node is not None and node.now is not None and node.now.restarting
        if len(known) > 1 and not restarted:
            yield f"{pod.node_name} runs {len(known)} times: its pods were {', '.join(known)}"

    def _node(self, change: NodeChange, state: State) -> Iterator[str]:
        before, after = change.before, change.after
        if before is None or after is None or not before.phase.terminal or after.phase.terminal or after.restarting:
            return
        if self._retries or not self._mine(after.name, state):
            return
        if not after_gap(state, Resource.WORKFLOW, state.nodes[change.id].versions[-2].at.seq):
            yield f"{after.display_name} had ended as {before.phase} and runs again ({after.phase})"
