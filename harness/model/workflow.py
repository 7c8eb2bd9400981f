"""A Workflow as the API shows it, reduced to what triggers and judges read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.model.phases import Phase

RETRY_SUFFIX = re.compile(r"\((\d+)\)$")
HOOK_INFIX = re.compile(r"\.hooks\.([^.]+)$")


@lru_cache(maxsize=4096)
def _attempt(name: str) -> int | None:
    match = RETRY_SUFFIX.search(name)
    return int(match.group(1)) if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One entry of `status.nodes`. Times are seconds since the epoch, whole seconds as Argo stores them."""

    id: str
    name: str
    display_name: str
    type: str
    template: str
    phase: Phase
    message: str = ""
    started_at: float | None = None
    finished_at: float | None = None
    boundary_id: str = ""
    children: tuple[str, ...] = ()
    host: str = ""
    exit_code: str | None = None
    retried: bool = False
    hooked: bool = False
    restarting: bool = False
    daemoned: bool = False
    waiting_for: str = ""
    """Name of the lock that Argo says this node waits for."""

    @property
    def retry(self) -> int | None:
        """Index of the attempt, 0 for the first; None for a node that is no attempt of a Retry node."""
        return _attempt(self.name)

    @property
    def on_exit(self) -> bool:
        return ".onExit" in self.name

    @property
    def hook(self) -> str | None:
        match = HOOK_INFIX.search(self.name)
        return match.group(1) if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """`retryStrategy.backoff` of a template, in seconds; None where it is not set."""

    duration: float | None = None
    factor: float = 1.0
    cap: float | None = None
    max_duration: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of a DAG or a step. `depends` is the expression, also where it was written as `dependencies`.

    `exit_hook`: it has an exit handler of its own that no expression can hold back.
    """

    name: str
    depends: str = ""
    continue_on: frozenset[Phase] = frozenset()
    exit_hook: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A semaphore or mutex that a workflow holds, by its full name, with the holders as Argo calls them."""

    lock: str
    holders: tuple[str, ...]
    mutex: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What the judges need of `spec.templates[]`. `targets` is what a DAG names, () where its last tasks count.

    `active_deadline` is seconds, and endless where it is an expression.
    """

    name: str
    kind: str
    retry_limit: int | None = None
    has_retry: bool = False
    backoff: Backoff | None = None
    active_deadline: float | None = None
    suspend_duration: float | None = None
    tasks: Mapping[str, Task] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    daemon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One version of a Workflow object.

    `completed` is the label `workflows.argoproj.io/completed`, None where it is absent; `phase_label` is the label
    `workflows.argoproj.io/phase`. `exit_handler`: it has one that no expression can hold back. `fingerprint`
    is equal for two versions whose spec, status and labels are equal. `resubmitted_from` is the name of the workflow
    whose work it does anew.
    """

    name: str
    namespace: str
    uid: str
    phase: Phase
    message: str = ""
    completed: bool | None = None
    started_at: float | None = None
    finished_at: float | None = None
    suspended: bool = False
    shutdown: str = ""
    active_deadline: float | None = None
    templates: Mapping[str, Template] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    incomplete_results: tuple[str, ...] = ()
    offloaded: bool = False
    phase_label: str = ""
    exit_handler: bool = False
    holds: tuple[Hold, ...] = ()
    pod_gc: str = ""
    fingerprint: str = ""
    resubmitted_from: str = ""

    @property
    def final(self) -> bool:
        """Phase terminal, `completed` true and `finishedAt` set: on 3.5.4/3.5.5 the phase alone lies (#12993)."""
        return self.phase.terminal and self.completed is True and self.finished_at is not None

    @property
    def root(self) -> Node | None:
        """The node of the entrypoint."""
        node = self.nodes.get(self.name)
        if node is not None and node.name == self.name:
            return node
        return next((node for node in self.nodes.values() if node.name == self.name), None)

    def named(self, name: str) -> Node | None:
        return next((node for node in self.nodes.values() if node.name == name), None)

    def attempts(self, retry_node: Node) -> Iterator[Node]:
        for child in retry_node.children:
            node = self.nodes.get(child)
            if node is not None and node.retry is not None:
                yield node
