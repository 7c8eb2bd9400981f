"""nothing-left-over: some time after completion no pod of the workflow is alive, none that is being deleted is held by
a finalizer, and the pods that `podGC` promises to delete are gone.

Why: leftovers cost money and quota, and daemons go on answering. Broken by #14715 and #11734 (daemons survive), #15164
(the finalizer keeps the pod Terminating), #14058.

Lawful: pods get their grace period, and the controller cleans up when it comes to it. Task results belong to the
workflow and may stay until it is deleted; releases differ in that. A recording that ends earlier proves nothing
(`linger` of an expectation makes it longer), and a cluster node that is away ends nothing.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.events import AnyEntry
from harness.model.phases import Phase
from harness.model.verdicts import Violation
from harness.model.workflow import Workflow
from harness.oracles.invariants.invariant import GRACE, EachEntry, Wake, hosts_failed, unnoticed

COLLECTED: Final = frozenset({"OnPodCompletion", "OnWorkflowCompletion"})


class NothingLeftOver(EachEntry):
    name: ClassVar[str] = "nothing-left-over"
    wakes: ClassVar[frozenset[Wake]] = frozenset()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        yield from ()

    def finish(self, state: State) -> Iterator[Violation]:
        workflow, since = state.workflow, state.final_since
        if workflow is None or since is None or hosts_failed(state):
            return
        age = state.t - since.t
        if age <= GRACE + unnoticed(state):
            return
        for trace in state.pods.values():
            if trace.gone is None and (what := _left(trace, workflow)):
                text = f"pod {trace.pod.name} {what} {age:.0f} s after the workflow had completed"
                yield self.overdue(state, text, trace.pod.node_id)


def _left(trace: PodTrace, workflow: Workflow) -> str:
    pod, collect = trace.pod, workflow.pod_gc
    if pod.alive:
        return f"is still {pod.phase or 'new'}"
    if trace.deleting is not None and pod.finalizers:
        return f"is still held by {', '.join(pod.finalizers)}"
    good = {"OnPodSuccess": pod.phase == "Succeeded", "OnWorkflowSuccess": workflow.phase is Phase.SUCCEEDED}
    promised = collect in COLLECTED or good.get(collect, False)
    return f"still exists in spite of podGC {collect}" if promised and trace.deleting is None else ""
