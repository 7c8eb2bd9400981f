"""A held pod: it carries the finalizer of the harness, which it did not when the call was made."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.signs import HOLD
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import HoldFinalizer


def prove(verb: HoldFinalizer, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    if pod is None:
        return None
    before = [version for version in pod.versions if version.at.seq <= since]
    if before and HOLD in before[-1].value.finalizers:
        return None
    later = (version for version in pod.versions if version.at.seq > since)
    seq = next((version.at.seq for version in later if HOLD in version.value.finalizers), None)
    return None if seq is None else Proof(seq=seq, text=f"pod {target.pod} ({target.pod_uid}) carries {HOLD}")
