"""A killed controller: the one that was aimed at ended as the step says, and somebody leads again.

Killed in its pod, the kubelet says of the next container that the one before ended with 137. Killed with its pod, that
UID is gone without having been told to go before, and a new pod has the lease.
"""

from harness.history import controller
from harness.history.state import State
from harness.history.traces import StepTrace, Version
from harness.model.pods import Pod
from harness.oracles.proofs import controllers
from harness.oracles.proofs.proof import Proof, span
from harness.oracles.timers import timers_now
from harness.scenario.verbs import KillController


def prove(verb: KillController, trace: StepTrace, state: State) -> Proof | None:
    return _process(trace, state) if verb.how == "process" else _pod(trace, state)


def _process(trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.controllers.get(target.pod_uid)
    later = (version for version in pod.versions if version.at.seq > since) if pod else ()
    anew = next((version for version in later if _another(version.value, target.container_id)), None)
    lease = state.lease
    if anew is None or not _was_killed(anew.value):
        return None
    text = f"the controller in {target.pod} ended with exit 137 and was started anew"
    if timers_now(state).lease is None:
        return Proof(seq=anew.at.seq, text=text)
    if lease is None or lease.at.seq <= anew.at.seq:
        return None
    return Proof(seq=lease.at.seq, text=f"{text}; {lease.holder} renews the lease")


def _another(pod: Pod, container: str) -> bool:
    program = controller.program(pod)
    return controllers.runs(pod) and program is not None and program.id != container


def _was_killed(pod: Pod) -> bool:
    """The one before the first that came after it: later ones speak of others' ends."""
    program = controller.program(pod)
    return program is not None and program.last_exit == 137


def _pod(trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.controllers.get(target.pod_uid)
    if pod is None or pod.gone is None or pod.gone.seq <= since:
        return None
    if pod.deleting is not None and pod.deleting.seq <= since:
        return None
    new: Version[Pod] | None = controllers.successor(state, since)
    if new is None:
        return None
    text = f"controller pod {target.pod} ({target.pod_uid}) was deleted, and {new.value.name} leads"
    return Proof(seq=max(new.at.seq, pod.gone.seq), text=text)
