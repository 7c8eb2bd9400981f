"""`argo retry`: the command ended well, and the workflow, which had ended, is open again."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, argo_done, span
from harness.scenario.verbs import Retry


def prove(verb: Retry, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    before = [version for version in state.course if version.at.seq <= since]
    if not before or not before[-1].value.final:
        return None
    done = argo_done(trace, state)
    later = (version for version in state.course if version.at.seq > since and not version.value.final)
    reopened = next(later, None)
    if done is None or reopened is None:
        return None
    text = f"argo retry succeeded and the workflow is {reopened.value.phase or 'open'} again"
    return Proof(seq=max(done.seq, reopened.at.seq), text=text)
