"""no-pod-after-completion: a completed workflow gets no new pods.

Why: such a pod repeats work that is counted as done, and nobody waits for it. Broken by #16294 and #16305 (stale copy
of the workflow after completion).

Lawful: a manual retry opens the workflow again. The watches of pods and workflows are not ordered among each other, so
what counts is the creation stamp of the pod against `finishedAt`, with the second that both are rounded to.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.events import AnyEntry, Seen
from harness.model.pods import Pod
from harness.model.verdicts import Violation
from harness.oracles.invariants.invariant import EachEntry, Wake, manual_retries


class NoPodAfterCompletion(EachEntry):
    name: ClassVar[str] = "no-pod-after-completion"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.NEW_POD})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        trace = _new_pod(entry, state)
        workflow, since = state.workflow, state.final_since
        if trace is None or workflow is None or since is None or workflow.finished_at is None:
            return
        reopened = any(retry.triggered and retry.triggered.seq > since.seq for retry in manual_retries(state))
        created = trace.pod.created_at
        if not reopened and created is not None and created > workflow.finished_at + 1.0:
            late = created - workflow.finished_at
            text = f"pod {trace.pod.name} was created {late:g} s after the workflow had completed"
            yield self.violated(state, text, trace.pod.node_id)


def _new_pod(entry: AnyEntry, state: State) -> PodTrace | None:
    if not isinstance(entry, Seen) or not isinstance(entry.object, Pod):
        return None
    trace = state.pods.get(entry.object.uid)
    return trace if trace is not None and trace.born.seq == entry.seq else None
