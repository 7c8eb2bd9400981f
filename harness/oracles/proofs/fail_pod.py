"""A pod that was declared failed: phase Failed, with the reason and message that were written, before it had ended."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import FailPod


def prove(verb: FailPod, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    if pod is None or pod.finished is None or pod.finished.seq <= since:
        return None
    first = next(version.value for version in pod.versions if version.at == pod.finished)
    if (first.phase, first.reason, first.message) != ("Failed", verb.reason, verb.message):
        return None
    return Proof(seq=pod.finished.seq, text=f"pod {target.pod} was declared Failed ({verb.reason})")
