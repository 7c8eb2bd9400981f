"""Which module carries out which verb, so that a scenario names a verb and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from harness.faults import (
    argo_command,
    break_image,
    chaos_toolkit,
    close_watch,
    configure_controller,
    controlplane,
    cordon,
    create_task_result,
    cut_network,
    delay_watch,
    delete_and_recreate,
    delete_node,
    delete_pod,
    delete_task_result,
    drain,
    drop_watch,
    edit_workflow,
    evict_pod,
    exhaust_quota,
    expire_watch,
    fail_pod,
    fill_disk,
    freeze_controller,
    freeze_node,
    freeze_process,
    hold_finalizer,
    kill_controller,
    kill_process,
    make_unschedulable,
    oom,
    oom_kill,
    power_off,
    power_on,
    reboot,
    refuse_api,
    relabel_task_result,
    reset_api,
    restart_controller,
    revoke,
    scale_controller,
    semaphores,
    slow_api,
    stale_api,
    starve_cpu,
    starve_memory,
    stop_kubelet,
    stop_runtime,
    swap_argo,
    taint_node,
)
from harness.faults.context import Context
from harness.scenario import verbs

Act = Callable[[Context, Any], str]
Remember = Callable[[Context, Any], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`inject` raises Refused or Missed when nothing was done; `heal` undoes what a landing left, None if nothing.

    `remember` notes what `heal` will need to know of the time before. A heal reads back that it worked, and may be
    called where there is nothing to undo, by another process too.
    """

    inject: Act
    heal: Act | None
    remember: Remember | None


def fault(module: ModuleType) -> Fault:
    return Fault(inject=module.inject, heal=getattr(module, "heal", None), remember=getattr(module, "remember", None))


FAULTS: Mapping[type[verbs.Verb], Fault] = {
    verbs.Oom: fault(oom),
    verbs.KillProcess: fault(kill_process),
    verbs.BreakImage: fault(break_image),
    verbs.EvictPod: fault(evict_pod),
    verbs.FailPod: fault(fail_pod),
    verbs.FillDisk: fault(fill_disk),
    verbs.FreezeProcess: fault(freeze_process),
    verbs.HoldFinalizer: fault(hold_finalizer),
    verbs.MakeUnschedulable: fault(make_unschedulable),
    verbs.OomKill: fault(oom_kill),
    verbs.StarveCpu: fault(starve_cpu),
    verbs.DeletePod: fault(delete_pod),
    verbs.Drain: fault(drain),
    verbs.PowerOff: fault(power_off),
    verbs.PowerOn: fault(power_on),
    verbs.Cordon: fault(cordon),
    verbs.Reboot: fault(reboot),
    verbs.CutNetwork: fault(cut_network),
    verbs.FreezeNode: fault(freeze_node),
    verbs.StopKubelet: fault(stop_kubelet),
    verbs.StopRuntime: fault(stop_runtime),
    verbs.DeleteNode: fault(delete_node),
    verbs.TaintNode: fault(taint_node),
    verbs.StarveMemory: fault(starve_memory),
    verbs.KillController: fault(kill_controller),
    verbs.FreezeController: fault(freeze_controller),
    verbs.RestartController: fault(restart_controller),
    verbs.ScaleController: fault(scale_controller),
    verbs.ConfigureController: fault(configure_controller),
    verbs.SwapArgo: fault(swap_argo),
    verbs.RestartApiserver: Fault(inject=controlplane.restart, heal=controlplane.heal, remember=None),
    verbs.FreezeApiserver: Fault(inject=controlplane.freeze, heal=controlplane.heal, remember=None),
    verbs.FreezeEtcd: Fault(inject=controlplane.freeze, heal=controlplane.heal, remember=None),
    verbs.SlowApi: fault(slow_api),
    verbs.RefuseApi: fault(refuse_api),
    verbs.ResetApi: fault(reset_api),
    verbs.CloseWatch: fault(close_watch),
    verbs.DelayWatch: fault(delay_watch),
    verbs.DropWatch: fault(drop_watch),
    verbs.ExpireWatch: fault(expire_watch),
    verbs.StaleApi: fault(stale_api),
    verbs.ChaosToolkit: fault(chaos_toolkit),
    verbs.Revoke: fault(revoke),
    verbs.ExhaustQuota: fault(exhaust_quota),
    verbs.ChangeSemaphore: fault(semaphores),
    verbs.DeleteSemaphore: fault(semaphores),
    verbs.CreateTaskResult: fault(create_task_result),
    verbs.DeleteTaskResult: fault(delete_task_result),
    verbs.EditWorkflow: fault(edit_workflow),
    verbs.Retry: fault(argo_command),
    verbs.Resubmit: fault(argo_command),
    verbs.Delete: fault(argo_command),
    verbs.DeleteAndRecreate: fault(delete_and_recreate),
    verbs.Stop: fault(argo_command),
    verbs.Terminate: fault(argo_command),
    verbs.Suspend: fault(argo_command),
    verbs.Resume: fault(argo_command),
    verbs.RelabelTaskResult: fault(relabel_task_result),
}


def fault_of(action: verbs.Verb) -> Fault:
    return FAULTS[type(action)]
