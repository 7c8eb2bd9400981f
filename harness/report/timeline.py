"""A verdict is believed when one can read what happened: a history as lines, only what changed, faults standing out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from harness.model.events import (
    AnyEntry,
    ApiTouched,
    Command,
    ControllerLog,
    Ended,
    Gap,
    KernelKill,
    MachineLoad,
    NodePower,
    Noted,
    Nudged,
    ReadBack,
    Seen,
    Stage,
    StepChanged,
    Verb,
)
from harness.model.objects import ClusterEvent, ClusterNode, Lease, TaskResult
from harness.model.pods import Container, ContainerState, Pod
from harness.model.workflow import Node, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DETAIL_WIDTH: Final = 160
_MARKS: Final = {
    Stage.NOT_DRAWN: "--",
    Stage.TRIGGERED: ">>",
    Stage.ACCEPTED: ">>",
    Stage.LANDED: "##",
    Stage.MISSED: "!!",
    Stage.REFUSED: "!!",
    Stage.UNPROVEN: "!!",
    Stage.HEAL_FAILED: "!!",
}

Remark = tuple[str, str, str]
"""Mark, lane, text."""


@dataclass(slots=True)
class _Seen:
    """What was shown last of each object, by UID (of a workflow node: its id)."""

    shown: dict[str, str] = field(default_factory=dict)

    def changed(self, key: str, text: str) -> str | None:
        """What was shown before ("" for the first time) if `text` is news."""
        before = self.shown.get(key, "")
        self.shown[key] = text
        return before if text != before else None


def text(entries: Iterable[AnyEntry]) -> str:
    return "".join(f"{line}\n" for line in lines(entries))


def lines(entries: Iterable[AnyEntry]) -> Iterator[str]:
    """One line for each change: `>>` a step fires, `##` it has landed, `!!` it did not, or the recording has a hole."""
    teller = Teller()
    for entry in entries:
        yield from teller.lines(entry)


class Teller:
    """Tells a history that is still growing, entry by entry."""

    def __init__(self) -> None:
        self._seen = _Seen()

    def lines(self, entry: AnyEntry) -> Iterator[str]:
        for mark, lane, what in _remarks(entry, self._seen):
            yield f"{mark:<2} {entry.t:+9.3f}s  {lane:<10}  {_cut(what)}".rstrip()


def _remarks(entry: AnyEntry, seen: _Seen) -> Iterable[Remark]:
    match entry:
        case Seen():
            return _watched(entry, seen)
        case StepChanged():
            return [_step(entry)]
        case KernelKill(task=task, pid=pid):
            return [("##", "kernel", f"killed {task} (pid {pid}): out of memory")]
        case NodePower(host=host, on=on, processes=count):
            return [("##", "power", f"{host} {'on' if on else 'off'}, {count} processes alive")]
        case ReadBack(subject=subject, before=before, after=after):
            return [(">>", "read back", f"{subject}: {f'{before} -> ' if before else ''}{after}")]
        case ApiTouched():
            return [(">>", "api", _touched(entry))]
        case Command():
            answer = " ".join(entry.output.split())
            return [(">>", "command", f"{' '.join(entry.argv)} -> {entry.exit_code} {answer}")]
        case Nudged(accepted=accepted, detail=detail):
            return [(">>", "nudge", f"{'accepted' if accepted else 'refused'} {detail}")]
        case Gap(resource=resource, why=why):
            return [("!!", "gap", f"{resource}: {why}")]
        case ControllerLog(lines=lines):
            return [("!!", "log", line) for line in lines]
        case MachineLoad():
            return [("", "machine", _machine(entry))]
        case Ended(reason=reason, detail=detail):
            return [("==", "end", f"{reason} {detail}")]
        case Noted(text=note):
            return [("", "note", note)]


def _machine(load: MachineLoad) -> str:
    waited = "" if load.pressure is None else f", somebody waited for a processor {load.pressure:.0%} of the time"
    return f"busy {load.busy:.0%}, steal {load.steal:.0%}, load {load.load:.1f} on {load.cores} cores{waited}"


def _touched(entry: ApiTouched) -> str:
    held = f" for {entry.seconds:.2f} s" if entry.seconds else ""
    return f"{entry.deed} {entry.number}: {entry.verb} {entry.path} {entry.detail}{held} -> {entry.status or 'none'}"


def _step(entry: StepChanged) -> Remark:
    return _MARKS.get(entry.stage, ""), f"step {entry.step}", f"{entry.verb} {entry.stage}: {entry.detail}".rstrip(": ")


def _watched(entry: Seen, seen: _Seen) -> Iterator[Remark]:
    if entry.verb is Verb.DELETED:
        yield "", entry.resource, f"{entry.object.name} deleted"
        return
    match entry.object:
        case Workflow() as workflow:
            yield from _workflow(workflow, seen)
        case Pod() as pod:
            yield from _pod(pod, seen)
        case TaskResult() as result:
            label = "no label" if result.completed is None else f"completed={str(result.completed).lower()}"
            yield from _news(seen, result.uid, "taskresult", result.name, label)
        case ClusterNode() as node:
            yield from _news(seen, node.uid, "host", node.name, _host_state(node))
        case Lease() as lease:
            yield from _news(seen, lease.uid, "lease", lease.name, f"held by {lease.holder or 'nobody'}")
        case ClusterEvent() as event:
            yield "", "event", f"{event.about} {event.reason}: {event.message}"


def _host_state(node: ClusterNode) -> str:
    return f"Ready={node.ready}{' unschedulable' if node.unschedulable else ''}"


def _workflow(workflow: Workflow, seen: _Seen) -> Iterator[Remark]:
    yield from _news(seen, workflow.uid, "workflow", workflow.name, _workflow_state(workflow))
    for node in sorted(workflow.nodes.values(), key=lambda n: (n.started_at or 0.0, n.id)):
        yield from _news(seen, f"node {node.id}", "node", _named(node), _phrase(node.phase or "no phase", node.message))


def _workflow_state(workflow: Workflow) -> str:
    completed = ", completed" if workflow.completed else ""
    shutdown = f", shutdown {workflow.shutdown}" if workflow.shutdown else ""
    return _phrase(workflow.phase or "no phase", workflow.message) + completed + shutdown


def _named(node: Node) -> str:
    name = node.display_name or node.name
    return name if node.template in ("", name) else f"{name} ({node.template})"


def _pod(pod: Pod, seen: _Seen) -> Iterator[Remark]:
    state = _phrase(pod.phase or "no phase", pod.reason) + (" deleting" if pod.deleting else "")
    where = f" on {pod.host}" if pod.host else ""
    yield from _news(seen, pod.uid, "pod", pod.name, state + where)
    for container in pod.containers:
        if container.state is not ContainerState.WAITING or container.reason not in ("", "PodInitializing"):
            key = f"{pod.uid} {container.name} {container.init}"
            yield from _news(seen, key, "container", f"{pod.name}/{container.name}", _container_state(container))


def _container_state(container: Container) -> str:
    code = f" exit {container.exit_code}" if container.exit_code is not None else ""
    return f"{container.state}{code}{f' ({container.reason})' if container.reason else ''}"


def _phrase(state: str, message: str) -> str:
    return f"{state}: {message}" if message else state


def _news(seen: _Seen, key: str, lane: str, name: str, state: str) -> Iterator[Remark]:
    before = seen.changed(key, state)
    if before is not None:
        yield "", lane, f"{name} {f'{before} -> ' if before else ''}{state}"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _DETAIL_WIDTH else flat[: _DETAIL_WIDTH - 1] + "…"
