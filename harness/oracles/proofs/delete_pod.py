"""A deleted pod: DELETED for its UID, and it had not ended by itself before it was told to go.

Where a deletionTimestamp was set before the call somebody else deleted it; only `force` can then still have removed it.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, ended_by_itself, span
from harness.scenario.verbs import DeletePod


def prove(verb: DeletePod, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    if pod is None or pod.gone is None or pod.gone.seq <= since:
        return None
    earlier = pod.deleting is not None and pod.deleting.seq <= since
    if earlier and not verb.force:
        return None
    if ended_by_itself(pod):
        return None
    return Proof(seq=pod.gone.seq, text=f"pod {target.pod} ({target.pod_uid}) was deleted")
