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
    display_name: Name | None = None
    type: NodeType | None = None
    retry: Annotated[StrictInt, Field(ge=0)] | None = None
    """Index of the attempt, 0 is the first."""
    on_exit: StrictBool | None = None
    hook: Name | None = None


class NodeCondition(NodeSelector):
    """A workflow node that matches is in `phase` (any phase where none is given: the node exists)."""

    phase: Phase | None = None


class ContainerCondition(ArgoSpec):
    """State of one container of the pod, as the kubelet reports it."""

    name: Name
    state: ContainerState
    exit_code: StrictInt | None = None


class PodCondition(NodeSelector):
    """A pod of a workflow node that matches. `deleting`: it carries a deletionTimestamp."""

    phase: Literal["Pending", "Running", "Succeeded", "Failed", "Unknown"] | None = None
    container: ContainerCondition | None = None
    deleting: StrictBool | None = None


class TaskResultCondition(NodeSelector):
    """A WorkflowTaskResult of a workflow node that matches; `completed` is its label `report-outputs-completed`."""

    completed: StrictBool | None = None


class WorkflowCondition(ArgoSpec):
    """The workflow itself; `final` is phase terminal, label `completed` true and `finishedAt` set."""

    phase: Phase | None = None
    final: StrictBool | None = None
    stuck: Literal[True] | None = None
    """Quiescent: nothing alive, nothing pending, nothing has happened for a while, and a nudge changed nothing."""


class HostCondition(ArgoSpec):
    """The cluster node that an earlier step hit (or that ran its target)."""

    ready: StrictBool


MOMENTS = ("node", "pod", "taskResult", "workflow", "host", "landed", "healed", "all", "any")


class Condition(Spec):
    """A moment. Several keys at once must all hold; `after` counts from when the rest first held."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    node: NodeCondition | None = None
    pod: PodCondition | None = None
    task_result: Annotated[TaskResultCondition | None, Field(alias="taskResult")] = None
    workflow: WorkflowCondition | None = None
    host: HostCondition | None = None
    landed: Name | None = None
    """Name of an earlier step whose landing is proven."""
    healed: Name | None = None
    """Name of an earlier step whose `heal-after` is over: it is undone, and that was read back."""
    all: Annotated[tuple["Condition", ...] | None, Field(min_length=1, max_length=16)] = None
    any: Annotated[tuple["Condition", ...] | None, Field(min_length=1, max_length=16)] = None
    after: Duration | None = None
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
