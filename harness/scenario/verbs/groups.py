"""The two groups of verbs as a step writes them: one key, the verb, with its parameters below it."""

from pydantic import ConfigDict, model_validator

from harness.scenario.base import Spec, dashed
from harness.scenario.verbs.controller import (
    ConfigureController,
    FreezeController,
    KillController,
    RestartController,
    ScaleController,
    SwapArgo,
)
from harness.scenario.verbs.controlplane import FreezeApiserver, FreezeEtcd, RestartApiserver
from harness.scenario.verbs.foreign import ChaosToolkit
from harness.scenario.verbs.memory import Oom, OomKill
from harness.scenario.verbs.node import (
    Cordon,
    CutNetwork,
    DeleteNode,
    Drain,
    FreezeNode,
    PowerOff,
    PowerOn,
    Reboot,
    StarveMemory,
    StopKubelet,
    StopRuntime,
    TaintNode,
)
from harness.scenario.verbs.objects import (
    ChangeSemaphore,
    CreateTaskResult,
    DeleteSemaphore,
    DeleteTaskResult,
    EditWorkflow,
    ExhaustQuota,
    RelabelTaskResult,
    Revoke,
)
from harness.scenario.verbs.pod import (
    BreakImage,
    DeletePod,
    EvictPod,
    FailPod,
    FillDisk,
    HoldFinalizer,
    MakeUnschedulable,
    StarveCpu,
)
from harness.scenario.verbs.process import FreezeProcess, KillProcess
from harness.scenario.verbs.proxied import (
    CloseWatch,
    DelayWatch,
    DropWatch,
    ExpireWatch,
    RefuseApi,
    ResetApi,
    SlowApi,
    StaleApi,
)
from harness.scenario.verbs.user import (
    Delete,
    DeleteAndRecreate,
    Resubmit,
    Resume,
    Retry,
    Stop,
    Suspend,
    Terminate,
)
from harness.scenario.verbs.verb import Verb


class Group(Spec):
    """One verb out of many."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def acts_once(self) -> "Group":
        chosen(self)
        return self


class Inject(Group):
    """One fault."""

    oom: Oom | None = None
    oom_kill: OomKill | None = None
    kill_process: KillProcess | None = None
    freeze_process: FreezeProcess | None = None
    delete_pod: DeletePod | None = None
    evict_pod: EvictPod | None = None
    fail_pod: FailPod | None = None
    hold_finalizer: HoldFinalizer | None = None
    break_image: BreakImage | None = None
    make_unschedulable: MakeUnschedulable | None = None
    fill_disk: FillDisk | None = None
    starve_cpu: StarveCpu | None = None
    drain: Drain | None = None
    power_off: PowerOff | None = None
    cordon: Cordon | None = None
    reboot: Reboot | None = None
    cut_network: CutNetwork | None = None
    freeze_node: FreezeNode | None = None
    stop_kubelet: StopKubelet | None = None
    stop_runtime: StopRuntime | None = None
    delete_node: DeleteNode | None = None
    taint_node: TaintNode | None = None
    starve_memory: StarveMemory | None = None
    kill_controller: KillController | None = None
    freeze_controller: FreezeController | None = None
    restart_apiserver: RestartApiserver | None = None
    freeze_apiserver: FreezeApiserver | None = None
    freeze_etcd: FreezeEtcd | None = None
    slow_api: SlowApi | None = None
    refuse_api: RefuseApi | None = None
    reset_api: ResetApi | None = None
    close_watch: CloseWatch | None = None
    delay_watch: DelayWatch | None = None
    drop_watch: DropWatch | None = None
    expire_watch: ExpireWatch | None = None
    stale_api: StaleApi | None = None
    revoke: Revoke | None = None
    exhaust_quota: ExhaustQuota | None = None
    change_semaphore: ChangeSemaphore | None = None
    delete_semaphore: DeleteSemaphore | None = None
    create_task_result: CreateTaskResult | None = None
    delete_task_result: DeleteTaskResult | None = None
    edit_workflow: EditWorkflow | None = None
    chaos_toolkit: ChaosToolkit | None = None


class Do(Group):
    """One action that a user or an operator would take."""

    retry: Retry | None = None
    resubmit: Resubmit | None = None
    stop: Stop | None = None
    terminate: Terminate | None = None
    suspend: Suspend | None = None
    resume: Resume | None = None
    delete: Delete | None = None
    delete_and_recreate: DeleteAndRecreate | None = None
    relabel_task_result: RelabelTaskResult | None = None
    power_on: PowerOn | None = None
    restart_controller: RestartController | None = None
    scale_controller: ScaleController | None = None
    configure_controller: ConfigureController | None = None
    swap_argo: SwapArgo | None = None


def chosen(group: Group) -> tuple[str, Verb]:
    """The one verb of the group and its parameters. Raises ValueError if there is none or more than one."""
    given = [(dashed(key), value) for key, value in group if value is not None]
    if len(given) != 1:
        names = ", ".join(key for key, _ in given) or "none"
        raise ValueError(f"exactly one verb is wanted here, got {names}")
    return given[0]


def verbs() -> dict[str, type[Verb]]:
    """Every verb by its name in a scenario."""
    fields = [*Inject.model_fields.items(), *Do.model_fields.items()]
    return {dashed(key): _type(field.annotation) for key, field in fields}


def _type(annotation: object) -> type[Verb]:
    kinds: tuple[type[Verb], ...] = getattr(annotation, "__args__", ())
    return kinds[0]
