"""`argo resubmit`: the command ended well, and a workflow came after it that says whose work it does anew."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, argo_done, span
from harness.scenario.verbs import Resubmit


def prove(verb: Resubmit, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    done = argo_done(trace, state)
    new = next((w for w in state.resubmitted() if state.arrivals[w.name].seq > since), None)
    if done is None or new is None:
        return None
    text = f"argo resubmit succeeded and workflow {new.name} is there"
    return Proof(seq=max(done.seq, state.arrivals[new.name].seq), text=text)
