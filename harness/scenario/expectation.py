"""`expect`: what must be true at the end, and when."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from harness.model.phases import Phase
from harness.model.verdicts import StuckCause
from harness.scenario.base import ArgoSpec, Spec
from harness.scenario.conditions import Name, NodeSelector
from harness.scenario.duration import Duration

Glob = Annotated[str, Field(min_length=1, max_length=1000)]
Count = Annotated[StrictInt, Field(ge=0, le=10_000)]


class WorkflowOutcome(ArgoSpec):
    """How the workflow ends. `stuck: true` (or a cause) says that it never does, `gone: true` that it is deleted."""

    phase: Phase | None = None
    """A phase that is an end counts only once Argo is done with the workflow."""
    message: Glob | None = None
    """The whole text; `*` is any text."""
    stuck: Literal[True] | StuckCause | None = None
    """That it hangs for ever; with a cause, for that reason."""
    gone: Literal[True] | None = None
    """That it is deleted."""


class ResubmittedOutcome(ArgoSpec):
    """How every workflow ends that a `resubmit` has made; at least one must be there."""

    phase: Phase | None = None
    """Of each of them."""
    message: Glob | None = None
    """The whole text; `*` is any text."""


class NodeOutcome(NodeSelector):
    """What every node that matches must look like at the end; at least one must match unless `count` says otherwise."""

    phase: Phase | None = None
    """Of each of them."""
    message: Glob | None = None
    """Of each of them: the whole text; `*` is any text."""
    count: Count | None = None
    """How many there are."""
    unchanged_since: Annotated[Name | None, Field(alias="unchangedSince")] = None
    """Name of a step: since it fired, no matching node changed phase, message or finishedAt, not even for a moment."""
    changed_since: Annotated[Name | None, Field(alias="changedSince")] = None
    """Name of a step: after it fired, at least one matching node was started anew."""


class ContainerOutcome(NodeSelector):
    """Exit of a container, over every pod that existed for the matching nodes. At least one pod must match."""

    name: Name
    """Its name in the pod."""
    exit_code: StrictInt | None = None
    """Its exit code."""
    reason: Glob | None = None
    """As the kubelet says it; `*` is any text."""


class TaskResultOutcome(NodeSelector):
    """Label `report-outputs-completed` of the task results of the matching nodes; at least one must match."""

    completed: StrictBool
    """What the label says."""


class PodOutcome(NodeSelector):
    """How many pods were ever created for the matching nodes, by UID."""

    created: Count | None = None
    """How many there ever were."""
    left: Count | None = None
    """Pods of the matching nodes that still existed when the verdict was reached."""


class NodeMoment(NodeSelector):
    """Start or end of the first workflow node that matches, as Argo stamps it."""

    at: Literal["started", "finished"]
    """Which end."""


class ContainerMoment(NodeSelector):
    """Start or end of a container of a pod that matches, as the kubelet stamps it."""

    name: Name
    """Its name in the pod."""
    at: Literal["started", "finished"]
    """Which end."""


class Moment(Spec):
    """A point in time of the run; exactly one key. Argo's and the kubelet's own stamps have a resolution of 1 s."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    landed: Name | None = None
    """Name of a step: when it was seen to have taken effect."""
    triggered: Name | None = None
    """Name of a step: when its moment came."""
    node: NodeMoment | None = None
    """Start or end of a workflow node."""
    container: ContainerMoment | None = None
    """Start or end of a container."""
    workflow: Literal["submitted", "started", "finished", "final"] | None = None
    """A moment of the workflow."""


class Timing(Spec):
    """A bound on the time between two moments."""

    from_: Moment
    """The earlier one."""
    to: Moment
    """The later one."""
    at_least: Duration | None = None
    """Fails only where the stamps leave no doubt."""
    at_most: Duration | None = None
    """Fails only where the stamps leave no doubt."""


class Outcome(Spec):
    """Everything of an expectation but its bound in time. What is not mentioned is not checked."""

    workflow: WorkflowOutcome | None = None
    """How it ends."""
    nodes: tuple[NodeOutcome, ...] = ()
    """How workflow nodes end."""
    containers: tuple[ContainerOutcome, ...] = ()
    """How containers end."""
    task_results: Annotated[tuple[TaskResultOutcome, ...], Field(alias="taskResults")] = ()
    """What task results say."""
    pods: tuple[PodOutcome, ...] = ()
    """How many pods there were."""
    timing: tuple[Timing, ...] = ()
    """Bounds on the time between moments."""
    resubmitted: ResubmittedOutcome | None = None
    """How the copies end."""
    violations: tuple[Name, ...] = ()
    """Invariants that are broken by what is described here: each must be, by a node that is named here where a single
    one is to blame, and then it does not count against the verdict."""


class Marker(NodeSelector):
    """A line by which a container says that it has reached its end: its last act is to write it to
    `/dev/termination-log`. A matching node may be Succeeded only if it did so, once."""

    name: Name = "main"
    """The container."""
    text: Annotated[str, Field(pattern=r"^\S(.*\S)?$", max_length=200)]
    """The line."""


class Expectation(Outcome):
    """`within` bounds the time from the last landing (from submission where there is no method) to the outcome."""

    within: Duration = 60.0
    """Bound for the outcome, from the last landing, or from the submission where there is no method."""
    linger: Duration = 0.0
    """How much longer a workflow that has ended is watched, so that leftovers show."""
