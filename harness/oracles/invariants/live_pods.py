"""one-live-pod-per-attempt: at no time do two pods live for one attempt of one node.

Why: two pods do the work twice, and the later result wins by chance. Broken by #13986 and #14833 (the informer lags and
the pod is created again).

Lawful: a pod that is being deleted no longer counts.
"""

from collections.abc import Iterable
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry, Seen
from harness.model.pods import Pod
from harness.model.verdicts import Violation
from harness.oracles.invariants.invariant import NOTHING, EachEntry, Wake


class OneLivePodPerAttempt(EachEntry):
    name: ClassVar[str] = "one-live-pod-per-attempt"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.POD})

    def __init__(self) -> None:
        self._live: dict[str, set[str]] = {}

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        if not isinstance(entry, Seen) or not isinstance(entry.object, Pod):
            return NOTHING
        trace = state.pods.get(entry.object.uid)
        if trace is None or not trace.pod.node_id:
            return NOTHING
        live, uid = self._live.setdefault(trace.pod.node_id, set()), trace.pod.uid
        if not trace.alive or trace.deleting is not None:
            live.discard(uid)
        elif uid not in live:
            live.add(uid)
            if len(live) > 1:
                names = ", ".join(sorted(state.pods[uid].pod.name for uid in live))
                text = f"{len(live)} pods live for node {trace.pod.node_id}: {names}"
                return (self.violated(state, text, trace.pod.node_id),)
        return NOTHING
