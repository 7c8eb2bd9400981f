"""A frozen controller: the kernel showed every process of it stopped, and its lease ran out or went to another.

The lease must have been fresh when the step was fired: that of a controller that was dead already proves nothing. Who
was thawed by somebody else renews it, and proves nothing either. Nor does another who took the lease before they were
stopped, or from somebody else.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.oracles.timers import timers_now
from harness.scenario.verbs import FreezeController


def prove(verb: FreezeController, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    read = read_back(trace, state, "processes of the controller")
    if read is None or (read.before, read.after) != ("running", "stopped"):
        return None
    text = f"every process of controller {target.pod} was stopped"
    duration = timers_now(state).lease_duration
    if duration is None:
        return Proof(seq=read.seq, text=text)
    lost = _lease_lost(trace, state, duration, read.seq)
    return None if lost is None else Proof(seq=max(lost[0], read.seq), text=f"{text}, and {lost[1]}")


def _lease_lost(trace: StepTrace, state: State, duration: float, stopped: int) -> tuple[int, str] | None:
    _, target = span(trace)
    lease, fired = state.lease, trace.triggered
    if lease is None or fired is None:
        return None
    if lease.holder != target.pod:
        taken = lease.taken.seq > stopped and lease.former == target.pod and bool(lease.holder)
        return (lease.taken.seq, f"{lease.holder} took its lease") if taken else None
    if lease.at.t < fired.t - duration or state.t - lease.at.t <= duration:
        return None
    return state.seq, f"its lease was not renewed for {state.t - lease.at.t:.1f} s"
