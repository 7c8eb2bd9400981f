"""Which module proves which verb."""

from collections.abc import Callable, Mapping
from typing import Any, Final

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
from harness.scenario import verbs
from harness.scenario.types import Step

Prove = Callable[[Any, StepTrace, State], Proof | None]
PROOFS: Final[Mapping[type[verbs.Verb], Prove]] = {
    verbs.Oom: oom.prove,
    verbs.KillProcess: kill_process.prove,
    verbs.DeletePod: delete_pod.prove,
    verbs.Drain: drain.prove,
    verbs.PowerOff: power.prove_off,
    verbs.PowerOn: power.prove_on,
    verbs.Retry: retry.prove,
    verbs.Stop: workflow_action.prove,
    verbs.Terminate: workflow_action.prove,
    verbs.Suspend: workflow_action.prove,
    verbs.Resume: workflow_action.prove,
    verbs.RelabelTaskResult: relabel_task_result.prove,
}


def prove(step: Step, index: int, state: State) -> Proof | None:
    """The proof that step `index` landed, if it is there by now."""
    trace = state.steps.get(index)
    if trace is None or trace.accepted is None or trace.triggered is None or trace.target is None:
        return None
    return PROOFS[type(step.action)](step.action, trace, state)
