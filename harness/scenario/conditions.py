"""`when`: the moment at which a step of the method fires, said in terms of what the watches show."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt, model_validator

from harness.model.phases import Phase
from harness.model.pods import ContainerState
from harness.scenario.base import ArgoSpec, Spec
from harness.scenario.duration import Duration

Name = Annotated[str, Field(min_length=1, max_length=253)]
NodeType = Literal[
    "Pod", "Container", "Steps", "StepGroup", "DAG", "TaskGroup", "Retry", "Skipped", "Suspend", "HTTP", "Plugin"
]


class NodeSelector(ArgoSpec):
    """Picks workflow nodes. Every field that is given must match; a missing one matches anything."""

    template: Name | None = None
    """Name of the template."""
    display_name: Name | None = None
    """As Argo shows the node: the name of its step or task."""
    type: NodeType | None = None
    """A Retry node, around the attempts, is meant only where this or `displayName` says so."""
    retry: Annotated[StrictInt, Field(ge=0)] | None = None
    """Index of the attempt, 0 is the first."""
    on_exit: StrictBool | None = None
    """Whether it belongs to an exit handler."""
    hook: Name | None = None
    """Name of the lifecycle hook that it belongs to."""


class NodeCondition(NodeSelector):
    """A workflow node that matches is in `phase` (any phase where none is given: the node exists)."""

    phase: Phase | None = None
    """Its phase now."""


class ContainerCondition(ArgoSpec):
    """State of one container of the pod, as the kubelet reports it."""

    name: Name
    """Its name in the pod: `main`, `wait`, `init`, or that of a sidecar."""
    state: ContainerState
    """What it is doing."""
    exit_code: StrictInt | None = None
    """Of a container that is terminated."""


class PodCondition(NodeSelector):
    """A pod of a workflow node that matches. `deleting`: it carries a deletionTimestamp."""

    phase: Literal["Pending", "Running", "Succeeded", "Failed", "Unknown"] | None = None
    """Of the pod, as Kubernetes has it."""
    container: ContainerCondition | None = None
    """State of one of its containers."""
    deleting: StrictBool | None = None
    """Whether it is being deleted."""


class TaskResultCondition(NodeSelector):
    """A WorkflowTaskResult of a workflow node that matches; `completed` is its label `report-outputs-completed`."""

    completed: StrictBool | None = None
    """Whether the executor has said that it reported everything."""


class WorkflowCondition(ArgoSpec):
    """The workflow itself; `final` is phase terminal, label `completed` true and `finishedAt` set."""

    phase: Phase | None = None
    """Its phase now."""
    final: StrictBool | None = None
    """Whether it has ended and Argo is done with it."""
    stuck: Literal[True] | None = None
    """Quiescent: nothing alive, nothing pending, nothing has happened for a while, and a nudge changed nothing."""


class HostCondition(ArgoSpec):
    """The cluster node that an earlier step hit (or that ran its target)."""

    ready: StrictBool
    """Whether the cluster takes it for ready."""


MOMENTS = ("node", "pod", "taskResult", "workflow", "host", "landed", "healed", "all", "any")


class Condition(Spec):
    """A moment. Several keys at once must all hold; `after` counts from when the rest first held."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    node: NodeCondition | None = None
    """A workflow node."""
    pod: PodCondition | None = None
    """A pod."""
    task_result: Annotated[TaskResultCondition | None, Field(alias="taskResult")] = None
    """A task result."""
    workflow: WorkflowCondition | None = None
    """The workflow."""
    host: HostCondition | None = None
    """The cluster node of an earlier step."""
    landed: Name | None = None
    """Name of an earlier step whose landing is proven."""
    healed: Name | None = None
    """Name of an earlier step whose `heal-after` is over: it is undone, and that was read back."""
    all: Annotated[tuple["Condition", ...] | None, Field(min_length=1, max_length=16)] = None
    """All of these hold at once."""
    any: Annotated[tuple["Condition", ...] | None, Field(min_length=1, max_length=16)] = None
    """One of these holds."""
    after: Duration | None = None
    """Fire so long after the rest first held, whether it still does or not."""
    nth: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    """Fire on the n-th node, pod or task result that matches; 1 where it is not given."""

    @model_validator(mode="after")
    def says_something(self) -> "Condition":
        if not any_given(self):
            example = "for example node: {template: main, phase: Running}"
            raise ValueError(f"no moment: give one or more of {', '.join(MOMENTS)}; {example}")
        return self


def any_given(condition: Condition) -> bool:
    about = (condition.node, condition.pod, condition.task_result, condition.workflow, condition.host)
    parts = (*about, condition.landed, condition.healed, condition.all, condition.any)
    return any(part is not None for part in parts)
