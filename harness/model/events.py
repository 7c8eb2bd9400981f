"""The entries of a history: everything that was seen or done, in one order.

A verdict is a function of these and of nothing else. `t` is monotonic seconds since the history began, `wall` seconds
since the epoch; comparisons use `t`, the wall clock only ties an entry to the stamps that Argo and the kubelet write.
"""

from dataclasses import dataclass
from enum import StrEnum

from harness.model.api import Deed
from harness.model.objects import ClusterEvent, ClusterNode, Lease, TaskResult
from harness.model.pods import Pod
from harness.model.workflow import Workflow

Watched = Workflow | Pod | TaskResult | ClusterNode | Lease | ClusterEvent


class Resource(StrEnum):
    """The kinds that are watched, one watch each per cluster."""

    WORKFLOW = "workflow"
    POD = "pod"
    TASK_RESULT = "taskresult"
    NODE = "node"
    LEASE = "lease"
    EVENT = "event"


class Verb(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry of a history carries. `seq` counts from 1 without a hole."""

    seq: int
    t: float
    wall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Entry):
    """A watch event."""

    resource: Resource
    verb: Verb
    version: str
    object: Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Entry):
    """A watch lost its place (410 or a broken stream that could not be resumed): edges in this span are unknown."""

    resource: Resource
    why: str


class Stage(StrEnum):
    """Life of one step of the method.

    armed -> triggered -> accepted -> landed -> healed is the good way. `not-drawn`: it is no part of this run, by its
    probability or by that of a step without which it cannot come. `missed`: its moment never came within its bound, or
    was over when the call was made. `refused`: the API, the kernel or the CLI said no. `unproven`: the call
    was accepted, the proof never came.
    """

    NOT_DRAWN = "not-drawn"
    ARMED = "armed"
    TRIGGERED = "triggered"
    ACCEPTED = "accepted"
    LANDED = "landed"
    MISSED = "missed"
    REFUSED = "refused"
    UNPROVEN = "unproven"
    HEALED = "healed"
    HEAL_FAILED = "heal-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a step aimed at. Empty strings where the step has no such target."""

    pod: str = ""
    pod_uid: str = ""
    node_id: str = ""
    container: str = ""
    container_id: str = ""
    host: str = ""
    workflow: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChanged(Entry):
    """A step of the method reached a stage.

    `cause` is the `seq` of the entry that did it (the watch event that matched, the event that proves the landing).
    `detail` is for a reader: what was matched, the answer of the API, the proof, the reason of a failure.
    """

    step: int
    verb: str
    stage: Stage
    target: Target | None = None
    cause: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelKill(Entry):
    """The kernel's OOM killer took a process of a container of this cell, as its log says."""

    container_id: str
    pid: int
    task: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePower(Entry):
    """The harness switched a cluster node off or on; `processes` are those of the node still alive afterwards."""

    host: str
    on: bool
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack(Entry):
    """What the harness read of a step's effect from the kernel or the API, where no watch shows it.

    `subject` says what was read, such as `processes of container main`; `before` is what it was when the call was made,
    empty where nobody looked.
    """

    step: int
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTouched(Entry):
    """The API proxy did something to one request of the controller, or to one event of its watch, for a step.

    `number` counts what the step's fault did; `client` is the pod that asked, as its token says; `status` what it got,
    0 for no answer; `seconds` how long it was held.
    """

    step: int
    deed: Deed
    number: int
    client: str
    verb: str
    resource: str
    path: str
    status: int
    seconds: float
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Entry):
    """A command line tool that was run for a step, with its answer."""

    step: int
    argv: tuple[str, ...]
    exit_code: int
    output: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudged(Entry):
    """An annotation of the workflow was changed, which forces the controller to reconcile it once more."""

    accepted: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerLog(Entry):
    """What the workflow controller's log says of this cell that it should never say; asked for once, before the end.

    `asked` is false where not all of the log could be read; then no lines prove nothing.
    """

    lines: tuple[str, ...]
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLoad(Entry):
    """How busy the machine was while the cell ran; written once, before the end.

    `busy` and `steal` are shares of all processors, `pressure` the share of the time in which somebody waited for one
    (None where the kernel does not say), `load` the one-minute load average, `stall` the longest that a thread of the
    harness had to wait for its turn, in seconds like `seconds`, the time that all this is about.
    """

    seconds: float
    cores: int
    busy: float
    steal: float
    load: float
    stall: float
    pressure: float | None = None


class EndReason(StrEnum):
    """Why the recording stopped. `decided`: the outcome cannot change any more as far as the expectation goes."""

    DECIDED = "decided"
    STUCK = "stuck"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"
    INFRA = "infra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Entry):
    """Last entry of every whole history; one without it is truncated."""

    reason: EndReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Entry):
    """A remark of the harness that no judge reads."""

    text: str


AnyEntry = (
    Seen
    | Gap
    | StepChanged
    | KernelKill
    | NodePower
    | ReadBack
    | ApiTouched
    | Command
    | Nudged
    | ControllerLog
    | MachineLoad
    | Ended
    | Noted
)
