"""Builds histories entry by entry, the way a recorder would, from the few facts that a test is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

from harness.history.parse import parse
from harness.history.state import State
from harness.model.events import (
    AnyEntry,
    Command,
    ControllerLog,
    Ended,
    EndReason,
    Gap,
    KernelKill,
    NodePower,
    Nudged,
    ReadBack,
    Resource,
    Seen,
    Stage,
    StepChanged,
    Target,
    Verb,
)
from harness.model.header import Cgroup, ControllerSettings, Header, ScenarioRecord
from harness.model.workflow import Workflow
from harness.oracles.conditions import holds
from harness.scenario.types import Step

WALL = 1_800_000_000.0
FAST = {
    "DEFAULT_REQUEUE_TIME": "1s",
    "RECENTLY_STARTED_POD_DURATION": "2s",
    "RECENTLY_DELETED_POD_DURATION": "5s",
    "TASK_RESULT_TIMEOUT_DURATION": "10s",
}


def stamp(t: float) -> str:
    return datetime.fromtimestamp(WALL + int(t), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spec(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "name": "demo",
        "title": "A demonstration",
        "workflow": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": {}},
        "expect": {"within": "60s", "workflow": {"phase": "Succeeded"}},
    }
    return base | more


def header(scenario: dict[str, Any] | None = None, argo: str = "v3.5.10", **more: Any) -> Header:
    given = scenario or spec()
    fields: dict[str, Any] = {
        "harness": "0",
        "scenario": ScenarioRecord(name=given["name"], sha256="0" * 64, spec=given),
        "argo": argo,
        "kubernetes": "v1.33.13",
        "provider": "local",
        "cgroup": Cgroup.V1,
        "settings": ControllerSettings(env=FAST),
        "namespace": "ns",
        "workflow": "wf",
        "started": WALL,
    }
    return Header(**fields | more)


def node(key: str, phase: str, **more: Any) -> dict[str, Any]:
    """A raw entry of status.nodes. `started`/`finished` in seconds of the history."""
    raw = {"id": key, "name": f"wf.{key}", "displayName": key, "type": "Pod", "templateName": "main", "phase": phase}
    for word, field in (("started", "startedAt"), ("finished", "finishedAt")):
        if word in more:
            raw[field] = stamp(more.pop(word))
    return raw | more


def holding(lock: str, *holders: str) -> dict[str, Any]:
    """A raw status.synchronization."""
    if "/Mutex/" in lock:
        return {"mutex": {"holding": [{"mutex": lock, "holder": holder} for holder in holders]}}
    return {"semaphore": {"holding": [{"semaphore": lock, "holders": list(holders)}]}}


class Tape:
    """A history that grows. `state` follows it."""

    def __init__(self, head: Header | None = None) -> None:
        self.header = head or header()
        self.state = State.of(self.header)
        self.entries: list[AnyEntry] = []
        self.raws: list[dict[str, Any] | None] = []
        self.t = 0.0

    def _stamps(self, dt: float) -> dict[str, Any]:
        self.t = round(self.t + dt, 6)
        return {"seq": len(self.entries) + 1, "t": self.t, "wall": WALL + self.t}

    def add(self, entry: AnyEntry, raw: dict[str, Any] | None = None) -> Tape:
        self.entries.append(entry)
        self.raws.append(raw)
        self.state.apply(entry)
        return self

    def see(self, resource: Resource, raw: dict[str, Any], verb: Verb = Verb.MODIFIED, dt: float = 0.1) -> Tape:
        entry = Seen(
            **self._stamps(dt), resource=resource, verb=verb, version="1", object=parse(resource, raw)
        )  # fmt: skip
        return self.add(entry, raw)

    def workflow(
        self, phase: str, *nodes: dict[str, Any], dt: float = 0.1, done: bool | None = None, **more: Any
    ) -> Tape:
        """A version of the workflow; completed with its phase unless `done` says otherwise."""
        terminal = phase in ("Succeeded", "Failed", "Error")
        done = terminal if done is None else done
        labels = {"workflows.argoproj.io/phase": phase, "workflows.argoproj.io/completed": str(done).lower()}
        status: dict[str, Any] = {"phase": phase, "startedAt": stamp(1), "nodes": {n["id"]: n for n in nodes}}
        if done:
            status["finishedAt"] = stamp(self.t + dt)
        status |= more.pop("status", {})
        given = more.pop("spec", {"templates": more.pop("templates", [{"name": "main", "container": {}}])})
        meta = {"name": "wf", "namespace": "ns", "labels": labels} | more
        return self.see(Resource.WORKFLOW, {"metadata": meta, "spec": given, "status": status}, dt=dt)

    def rival(self, name: str, lock: str = "", dt: float = 0.1, **more: Any) -> Tape:
        """Another workflow of the namespace; with a lock, the holder of it."""
        status = {"phase": "Running", "synchronization": holding(lock, f"ns/{name}") if lock else {}}
        raw = {"metadata": {"name": name, "namespace": "ns", "labels": more.pop("labels", {})}, "status": status}
        return self.see(Resource.WORKFLOW, raw, more.pop("verb", Verb.MODIFIED), dt=dt)

    def pod(
        self,
        uid: str,
        phase: str = "Running",
        *,
        key: str = "main",
        dt: float = 0.1,
        verb: Verb = Verb.MODIFIED,
        deleting: bool = False,
        host: str = "node-1",
        created: float = 0.0,
        name: str = "",
        scheduled: bool = True,
        message: str = "",
        finalizers: tuple[str, ...] = (),
        disrupted: str = "",
        **ends: int | str | None,
    ) -> Tape:
        """A version of a pod; `main=137` ends that container, `main=None` has it running; `disrupted`: by whom."""
        given = {"main": None, "wait": None} | ends
        meta: dict[str, Any] = {
            "name": f"pod-{uid}",
            "uid": uid,
            "creationTimestamp": stamp(created),
            "labels": {"workflows.argoproj.io/workflow": "wf"},
            "annotations": {
                "workflows.argoproj.io/node-id": key,
                "workflows.argoproj.io/node-name": name or f"wf.{key}",
            },
            "finalizers": list(finalizers),
        }
        if deleting:
            meta["deletionTimestamp"] = stamp(self.t)
        statuses = [self._container(uid, container, end, message) for container, end in given.items()]
        conditions = [{"type": "PodScheduled", "status": str(scheduled)}]
        if disrupted:
            conditions.append({"type": "DisruptionTarget", "status": "True", "reason": disrupted})
        raw = {
            "metadata": meta,
            "spec": {"nodeName": host},
            "status": {
                "phase": phase,
                "containerStatuses": statuses,
                "conditions": conditions,
            },
        }
        return self.see(Resource.POD, raw, verb, dt)

    def _container(self, uid: str, name: str, end: int | str | None, message: str) -> dict[str, Any]:
        state: dict[str, Any] = {"running": {"startedAt": stamp(1)}}
        if isinstance(end, int):
            state = {
                "terminated": {"exitCode": end, "startedAt": stamp(1), "finishedAt": stamp(self.t), "message": message}
            }
        elif end is not None:
            state = {"terminated": {"exitCode": 137, "reason": end, "finishedAt": stamp(self.t)}}
        return {"name": name, "containerID": f"containerd://{uid}-{name}", "state": state}

    def controller(
        self,
        uid: str,
        *,
        number: int = 1,
        last_exit: int | None = None,
        tag: str = "v3.7.15",
        image: str = "",
        deleting: bool = False,
        verb: Verb = Verb.MODIFIED,
        runs: bool = True,
        dt: float = 0.1,
    ) -> Self:
        """The pod of a controller; `number` counts its containers."""
        meta: dict[str, Any] = {"name": f"workflow-controller-{uid}", "namespace": "argo", "uid": uid}
        meta |= {"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else {}
        program = {
            "name": "workflow-controller",
            "containerID": f"containerd://{uid}-{number}",
            "image": image or f"quay.io/argoproj/workflow-controller:{tag}",
            "restartCount": number - 1,
            "state": {"running": {}} if runs else {"waiting": {}},
            "lastState": {} if last_exit is None else {"terminated": {"exitCode": last_exit}},
        }
        status = {"phase": "Running" if runs else "Pending", "containerStatuses": [program]}
        self.see(Resource.POD, {"metadata": meta, "spec": {"nodeName": "node-2"}, "status": status}, verb, dt)
        return self

    def result(self, key: str, completed: str, dt: float = 0.1) -> Tape:
        labels = {
            "workflows.argoproj.io/workflow": "wf",
            "workflows.argoproj.io/report-outputs-completed": completed,
        }
        return self.see(Resource.TASK_RESULT, {"metadata": {"name": key, "labels": labels}}, dt=dt)

    def host(
        self,
        name: str = "node-1",
        ready: str = "True",
        *,
        cordoned: bool = False,
        taint: str = "",
        dt: float = 0.1,
        silent: float = 0.0,
    ) -> Tape:
        """`taint`: its effect; `silent`: seconds since its kubelet last spoke."""
        spec: dict[str, Any] = {"unschedulable": True} if cordoned else {}
        if taint:
            spec["taints"] = [{"key": "kept-free", "effect": taint}]
        spoke = stamp(self.t + dt - silent)
        status = {"conditions": [{"type": "Ready", "status": ready, "lastHeartbeatTime": spoke}]}
        return self.see(Resource.NODE, {"metadata": {"name": name}, "spec": spec, "status": status}, dt=dt)

    def lease(self, dt: float = 0.1, holder: str = "controller-1") -> Tape:
        renewed = f"{stamp(self.t + dt)[:-1]}.{len(self.entries):06d}Z"
        spec = {"holderIdentity": holder, "renewTime": renewed}
        return self.see(Resource.LEASE, {"metadata": {"name": "workflow-controller"}, "spec": spec}, dt=dt)

    def step(self, stage: Stage, index: int = 0, dt: float = 0.01, detail: str = "", **target: str) -> Tape:
        aim = Target(**target) if target else None
        cause = self._cause(index) if stage is Stage.TRIGGERED else None
        verb, stamps = self._verb(index), self._stamps(dt)
        return self.add(
            StepChanged(**stamps, step=index, verb=verb, stage=stage, target=aim, cause=cause, detail=detail)
        )

    def _cause(self, index: int) -> int | None:
        """The entry that shows the moment of the step, where there is such a step and it has come."""
        method = self.header.scenario.spec.get("method", [])
        if index >= len(method):
            return None
        step = Step.model_validate(method[index])
        match = holds(step.when, self.state, step, self.t)
        return match.seq if match else None

    def _verb(self, index: int) -> str:
        method = self.header.scenario.spec.get("method", [])
        chosen = method[index].get("inject") or method[index].get("do") if index < len(method) else {"none": {}}
        return str(next(iter(chosen)))

    def fire(self, index: int = 0, detail: str = "", **target: str) -> Tape:
        """Armed, triggered, accepted."""
        aim: dict[str, Any] = dict(target) or {"workflow": "wf"}
        self.step(Stage.ARMED, index)
        self.step(Stage.TRIGGERED, index, detail=detail, **aim)
        return self.step(Stage.ACCEPTED, index, detail=detail)

    def kernel_kill(self, container: str, dt: float = 0.1) -> Tape:
        return self.add(KernelKill(**self._stamps(dt), container_id=container, pid=7, task="tail", line="oom-kill"))

    def power(self, *, on: bool, processes: int = 0, host: str = "node-1") -> Tape:
        return self.add(NodePower(**self._stamps(0.1), host=host, on=on, processes=processes))

    def eviction(self, uid: str, became: str = "evicted", index: int = 0) -> Tape:
        """What a drain read back of a pod."""
        subject = f"eviction of ns/pod-{uid}"
        return self.add(ReadBack(**self._stamps(0.01), step=index, subject=subject, before="", after=became))

    def command(self, exit_code: int = 0, index: int = 0) -> Tape:
        entry = Command(
            **self._stamps(0.1),
            step=index,
            argv=("argo", self._verb(index)),
            exit_code=exit_code,
            output="",
            seconds=0.1,
        )
        return self.add(entry)

    def nudge(self, dt: float = 0.1, *, accepted: bool = True, echo: bool = True) -> Tape:
        """The nudge, and the version of the workflow that shows it."""
        self.add(Nudged(**self._stamps(dt), accepted=accepted))
        last = self._last_workflow()
        if not (accepted and echo and last):
            return self
        noted = last["metadata"] | {"annotations": {"nudge": str(self.t)}}
        return self.see(Resource.WORKFLOW, last | {"metadata": noted}, dt=0.0)

    def _last_workflow(self) -> dict[str, Any] | None:
        mine = (
            raw
            for entry, raw in zip(reversed(self.entries), reversed(self.raws), strict=True)
            if isinstance(entry, Seen) and isinstance(entry.object, Workflow) and entry.object.name == "wf"
        )
        return next(mine, None)

    def controller_log(self, *lines: str) -> Tape:
        return self.add(ControllerLog(**self._stamps(0.1), lines=lines))

    def gap(self, resource: Resource = Resource.WORKFLOW) -> Tape:
        return self.add(Gap(**self._stamps(0.1), resource=resource, why="410 Gone"))

    def end(self, reason: EndReason = EndReason.DECIDED, dt: float = 0.1, detail: str = "") -> Tape:
        return self.add(Ended(**self._stamps(dt), reason=reason, detail=detail))
