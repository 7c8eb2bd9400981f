"""`argo delete`: the command ended well, and the workflow, which was there, is gone. Recreated is one whose place
another has taken: same name, another UID, submitted after the call."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, argo_done, span
from harness.scenario.verbs import Delete, DeleteAndRecreate


def prove_deleted(verb: Delete, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    done = argo_done(trace, state)
    if done is None or state.deleted is None or state.deleted.seq <= since:
        return None
    text = f"argo delete succeeded and workflow {state.name} is gone"
    return Proof(seq=max(done.seq, state.deleted.seq), text=text)


def prove_recreated(verb: DeleteAndRecreate, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    mine = [c for c in state.commands if c.step == trace.step and c.seq > since and c.exit_code == 0]
    new = state.submitted
    if {c.argv[1] for c in mine} != {"delete", "submit"} or not state.former or new is None or new.seq <= since:
        return None
    before = state.former[-1].uid
    assert state.workflow is not None
    text = f"argo delete and argo submit succeeded: workflow {state.name} was {before} and is {state.workflow.uid}"
    return Proof(seq=max(new.seq, *(c.seq for c in mine)), text=text)
