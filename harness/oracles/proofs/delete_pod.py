"""A deleted pod: DELETED for its UID, and it had not ended by itself before it was told to go.

Where a deletionTimestamp was set before the call somebody else deleted it; only `force` can then still have removed it.
A `grace` that was asked for must have been granted.
"""

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.oracles.proofs.proof import Proof, ended_by_itself, span, told_before
from harness.scenario.verbs import DeletePod


def prove(verb: DeletePod, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    if pod is None or pod.gone is None or pod.gone.seq <= since:
        return None
    earlier = (pod.deleting is not None and pod.deleting.seq <= since) or told_before(pod, trace)
    if earlier and not verb.force:
        return None
    if ended_by_itself(pod) or not _granted(verb, pod, since):
        return None
    return Proof(seq=pod.gone.seq, text=f"pod {target.pod} ({target.pod_uid}) was deleted{_shown(verb)}")


def _granted(verb: DeletePod, pod: PodTrace, since: int) -> bool:
    if verb.force or verb.grace is None:
        return True
    later = (version.value for version in pod.versions if version.at.seq > since)
    return any(seen.deleting and seen.grace == round(verb.grace) for seen in later)


def _shown(verb: DeletePod) -> str:
    return f" with {round(verb.grace)} s of grace" if verb.grace is not None and not verb.force else ""
