"""A relabelled task result: its label was another one when the call was made, and is the wanted one afterwards."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import RelabelTaskResult


def prove(verb: RelabelTaskResult, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    result = state.task_results.get(target.node_id)
    wanted = verb.completed == "true"
    if result is None:
        return None
    # A version is kept only where the label changed, so any after the call is a change.
    seen = next((v.at.seq for v in result.versions if v.at.seq > since and v.value is wanted), None)
    text = f"the label of task result {target.node_id} became {verb.completed}"
    return None if seen is None else Proof(seq=seen, text=text)
