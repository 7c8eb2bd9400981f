"""An edited workflow: the watch shows, after the call, the very version that the API server answered with, and no
version before was like it."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import EditWorkflow


def prove(verb: EditWorkflow, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    read = read_back(trace, state, f"workflow {target.workflow}")
    first = state.faces.get(read.after) if read else None
    if first is None or first.seq <= since:
        return None
    return Proof(seq=first.seq, text=f"workflow {target.workflow} was seen as it was written")
