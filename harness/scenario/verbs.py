"""What a step can do: one type per verb, with the scope of the disturbance and what the cluster must be able to do.

The types live here, below the code that carries them out, so that a file is checked without a cluster.
"""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import ConfigDict, StrictBool, model_validator

from harness.scenario.base import Spec
from harness.scenario.conditions import Name, NodeSelector
from harness.scenario.duration import Duration


class Scope(StrEnum):
    """How far a verb reaches: what is `namespace` may run beside others, the rest runs alone."""

    NAMESPACE = "namespace"
    NODE = "node"
    CONTROLLER = "controller"
    CLUSTER = "cluster"


class Capability(StrEnum):
    """What a cluster provider must offer for a verb."""

    API = "api"
    CLI = "argo-cli"
    PROCESSES = "container-processes"
    KERNEL_LOG = "kernel-log"
    POWER = "node-power"


class PodVerb(Spec):
    """A verb that acts on one pod: the one that `when` matched, or the one that `target` picks."""

    scope: ClassVar[Scope] = Scope.NAMESPACE
    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API})
    target: NodeSelector | None = None
    """Pod to act on, where `when` names none or another one."""


class Oom(PodVerb):
    """The container outgrows its memory limit and the kernel kills it. The workload provides the memory; the step
    demands the kernel's own record of the kill and exit 137 from the container."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.KERNEL_LOG})
    container: Name = "main"


class KillProcess(PodVerb):
    """Sends a signal to the first process of a container, from outside the container."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    container: Name = "main"
    signal: Literal["KILL", "TERM", "INT", "QUIT", "HUP"] = "KILL"


class DeletePod(PodVerb):
    """Deletes the pod; `force` removes the object at once (grace 0), as `kubectl delete --force` does."""

    force: StrictBool = False
    grace: Duration | None = None


class NodeVerb(PodVerb):
    """A verb that acts on the cluster node that runs the target pod."""

    scope: ClassVar[Scope] = Scope.NODE


class Drain(NodeVerb):
    """Cordons the node and evicts every workflow pod from it through the Eviction API, those with emptyDir volumes
    too (chaosk8s skips them silently). Healed by uncordon."""

    grace: Duration | None = None
    """Grace period given to the evicted pods; their own terminationGracePeriodSeconds where not set."""


class PowerOff(NodeVerb):
    """Kills everything on the node at once: kubelet, container runtime, containers. Healed by power-on."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})


class PowerOn(NodeVerb):
    """Starts a node that an earlier step switched off."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})


class WorkflowVerb(Spec):
    """A verb of the release's own `argo` command line."""

    scope: ClassVar[Scope] = Scope.NAMESPACE
    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.CLI})


class Retry(WorkflowVerb):
    """`argo retry` of the workflow, with the command line of the release under test: the logic lives there."""

    restart_successful: StrictBool = False
    node_field_selector: str | None = None


class Stop(WorkflowVerb):
    """`argo stop`."""


class Terminate(WorkflowVerb):
    """`argo terminate`."""


class Suspend(WorkflowVerb):
    """`argo suspend`."""


class Resume(WorkflowVerb):
    """`argo resume`."""


class RelabelTaskResult(Spec):
    """Sets the label `workflows.argoproj.io/report-outputs-completed` of a task result by hand, the documented way out
    for a workflow that waits for a result that will never come (#12993)."""

    scope: ClassVar[Scope] = Scope.NAMESPACE
    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API})
    target: NodeSelector | None = None
    completed: Literal["true", "false"] = "true"


class Inject(Spec):
    """One fault."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    oom: Oom | None = None
    kill_process: KillProcess | None = None
    delete_pod: DeletePod | None = None
    drain: Drain | None = None
    power_off: PowerOff | None = None

    @model_validator(mode="after")
    def acts_once(self) -> "Inject":
        chosen(self)
        return self


class Do(Spec):
    """One action that a user or an operator would take."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    retry: Retry | None = None
    stop: Stop | None = None
    terminate: Terminate | None = None
    suspend: Suspend | None = None
    resume: Resume | None = None
    relabel_task_result: RelabelTaskResult | None = None
    power_on: PowerOn | None = None

    @model_validator(mode="after")
    def acts_once(self) -> "Do":
        chosen(self)
        return self


Action = (
    Oom | KillProcess | DeletePod | Drain | PowerOff | PowerOn
    | Retry | Stop | Terminate | Suspend | Resume | RelabelTaskResult
)  # fmt: skip


def chosen(group: Inject | Do) -> tuple[str, Action]:
    """The one verb of the group and its parameters. Raises ValueError if there is none or more than one."""
    given = [(dash_key(key), value) for key, value in group if value is not None]
    if len(given) != 1:
        names = ", ".join(key for key, _ in given) or "none"
        raise ValueError(f"exactly one verb is wanted here, got {names}")
    return given[0]


def dash_key(key: str) -> str:
    return key.replace("_", "-")
