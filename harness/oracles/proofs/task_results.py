"""Task results that came or went by a step: the very object that the API server says the step made or deleted, by its
UID, was seen to come or go after the call. Argo makes and deletes others by itself all the time."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import CreateTaskResult, DeleteTaskResult


def prove_created(verb: CreateTaskResult, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    read = read_back(trace, state, f"task result {target.node_id}")
    result = state.task_results.get(target.node_id)
    born = result.born.get(read.after) if read and result else None
    if born is None or born.seq <= since:
        return None
    return Proof(seq=born.seq, text=f"task result {target.node_id} was created with completed {verb.completed}")


def prove_deleted(verb: DeleteTaskResult, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    read = read_back(trace, state, f"task result {target.node_id}")
    result = state.task_results.get(target.node_id)
    ended = result.ended.get(read.before) if read and result else None
    if ended is None or ended.seq <= since:
        return None
    return Proof(seq=ended.seq, text=f"task result {target.node_id} was deleted")
