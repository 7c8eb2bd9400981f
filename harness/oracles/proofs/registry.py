"""Which module proves which verb."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import (
    api,
    break_image,
    chaos_toolkit,
    configure_controller,
    controlplane,
    cordon,
    cut_off,
    delete_node,
    delete_pod,
    deletion,
    drain,
    edit_workflow,
    evict_pod,
    fail_pod,
    fill_disk,
    freeze_controller,
    freeze_process,
    hold_finalizer,
    kill_controller,
    kill_process,
    make_unschedulable,
    objects,
    oom,
    oom_kill,
    power,
    relabel_task_result,
    restart_controller,
    resubmit,
    retry,
    scale_controller,
    starve_cpu,
    starve_memory,
    swap_argo,
    taint_node,
    task_results,
    workflow_action,
)
from harness.oracles.proofs.proof import Proof
from harness.scenario import verbs
from harness.scenario.types import Step

Prove = Callable[[Any, StepTrace, State], Proof | None]
PROOFS: Final[Mapping[type[verbs.Verb], Prove]] = {
    verbs.Oom: oom.prove,
    verbs.KillProcess: kill_process.prove,
    verbs.BreakImage: break_image.prove,
    verbs.EvictPod: evict_pod.prove,
    verbs.FailPod: fail_pod.prove,
    verbs.FillDisk: fill_disk.prove,
    verbs.FreezeProcess: freeze_process.prove,
    verbs.HoldFinalizer: hold_finalizer.prove,
    verbs.MakeUnschedulable: make_unschedulable.prove,
    verbs.OomKill: oom_kill.prove,
    verbs.StarveCpu: starve_cpu.prove,
    verbs.DeletePod: delete_pod.prove,
    verbs.Drain: drain.prove,
    verbs.PowerOff: power.prove_off,
    verbs.PowerOn: power.prove_on,
    verbs.Cordon: cordon.prove,
    verbs.Reboot: power.prove_reboot,
    verbs.CutNetwork: cut_off.prove_cut,
    verbs.FreezeNode: cut_off.prove_frozen,
    verbs.StopKubelet: cut_off.prove_kubelet,
    verbs.StopRuntime: cut_off.prove_runtime,
    verbs.DeleteNode: delete_node.prove,
    verbs.TaintNode: taint_node.prove,
    verbs.StarveMemory: starve_memory.prove,
    verbs.KillController: kill_controller.prove,
    verbs.FreezeController: freeze_controller.prove,
    verbs.RestartController: restart_controller.prove,
    verbs.ScaleController: scale_controller.prove,
    verbs.ConfigureController: configure_controller.prove,
    verbs.SwapArgo: swap_argo.prove,
    verbs.RestartApiserver: controlplane.prove_restart,
    verbs.FreezeApiserver: controlplane.prove_freeze,
    verbs.FreezeEtcd: controlplane.prove_freeze,
    verbs.SlowApi: api.prove_slow,
    verbs.RefuseApi: api.prove_refused,
    verbs.ResetApi: api.prove_reset,
    verbs.CloseWatch: api.prove_closed,
    verbs.DelayWatch: api.prove_delayed,
    verbs.DropWatch: api.prove_dropped,
    verbs.ExpireWatch: api.prove_expired,
    verbs.StaleApi: api.prove_stale,
    verbs.ChaosToolkit: chaos_toolkit.prove,
    verbs.Revoke: objects.prove_revoked,
    verbs.ExhaustQuota: objects.prove_exhausted,
    verbs.ChangeSemaphore: objects.prove_semaphore,
    verbs.DeleteSemaphore: objects.prove_semaphore,
    verbs.CreateTaskResult: task_results.prove_created,
    verbs.DeleteTaskResult: task_results.prove_deleted,
    verbs.EditWorkflow: edit_workflow.prove,
    verbs.Retry: retry.prove,
    verbs.Resubmit: resubmit.prove,
    verbs.Delete: deletion.prove_deleted,
    verbs.DeleteAndRecreate: deletion.prove_recreated,
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
