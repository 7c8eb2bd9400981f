"""Proof that a step landed, one module per verb: read back from what the cluster showed after the call.

The call lies between `triggered` and `accepted`. A watch may show its effect before the answer of the call is recorded,
so a proof is looked for from `triggered` on, but only once the call has been accepted.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import (
    delete_pod,
    drain,
    kill_process,
    oom,
    power,
    relabel_task_result,
    retry,
    workflow_action,
)
from harness.oracles.proofs.proof import Proof
from harness.oracles.proofs.standing import still_on_target
from harness.scenario.types import Step
from harness.scenario.verbs import (
    DeletePod,
    Drain,
    KillProcess,
    Oom,
    PowerOff,
    PowerOn,
    RelabelTaskResult,
    Resume,
    Retry,
    Stop,
    Suspend,
    Terminate,
)


def prove(step: Step, index: int, state: State) -> Proof | None:
    """The proof that step `index` landed, if it is there by now."""
    trace = state.steps.get(index)
    if trace is None or trace.accepted is None or trace.triggered is None or trace.target is None:
        return None
    return _prove(step, trace, state)


def _prove(step: Step, trace: StepTrace, state: State) -> Proof | None:
    match step.action:
        case Oom():
            return oom.prove(trace, state)
        case KillProcess() as verb:
            return kill_process.prove(verb, trace, state)
        case DeletePod() as verb:
            return delete_pod.prove(verb, trace, state)
        case Drain():
            return drain.prove(trace, state)
        case PowerOff():
            return power.prove_off(trace, state)
        case PowerOn():
            return power.prove_on(trace, state)
        case Retry():
            return retry.prove(trace, state)
        case Stop() | Terminate() | Suspend() | Resume() as verb:
            return workflow_action.prove(verb, trace, state)
        case RelabelTaskResult() as verb:
            return relabel_task_result.prove(verb, trace, state)


__all__ = ["Proof", "prove", "still_on_target"]
