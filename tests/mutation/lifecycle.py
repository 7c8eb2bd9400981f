"""A small reference model of how Argo's nodes live: steps of pods with retries, then an exit handler, then completion.

Drawn by Hypothesis: the shape, how each attempt ends, how long everything takes, and which versions the watch shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from harness.model.events import Resource, Verb
from harness.mutation.tape import Moment, Tape, copied
from tests.oracles.build import Tape as Recorder
from tests.oracles.build import header, stamp

Raw = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """`ends` says of each attempt whether it succeeds; more than one only with a retry strategy."""

    name: str
    ends: tuple[bool, ...]
    retried: bool

    @property
    def good(self) -> bool:
        return self.ends[-1]


@dataclass(frozen=True)
class Plan:
    groups: tuple[tuple[Step, ...], ...]
    handler: Step | None


@st.composite
def steps(draw: st.DrawFn, name: str) -> Step:
    failures = draw(st.integers(0, 2))
    good, retried = draw(st.booleans()), draw(st.booleans())
    return Step(name, (*[False] * failures, good) if retried else (good,), retried)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    widths = draw(st.lists(st.integers(1, 2), min_size=1, max_size=3))
    groups = tuple(
        tuple(draw(steps(f"s{number}{letter}")) for letter in "ab"[:width]) for number, width in enumerate(widths)
    )
    return Plan(groups, draw(st.none() | steps("bye")))


@dataclass
class Run:
    """One life of one workflow. Every change is a moment that the watch may show or leave out."""

    plan: Plan
    draw: st.DrawFn
    recorder: Recorder = field(default_factory=lambda: Recorder(header()))
    nodes: dict[str, Raw] = field(default_factory=dict)
    pods: int = 0

    def whole(self) -> Tape:
        self.recorder.lease().host()
        self._begin("wf", "Steps", "main")
        self._show("Running", always=True)
        good = self._groups()
        self._end("wf", good=good)
        if self.plan.handler is not None:
            self._show("Running")
            good = self._alone(self.plan.handler, "wf.onExit") and good
        self._show("Succeeded" if good else "Failed", always=True)
        self.recorder.lease().end()
        moments = zip(self.recorder.entries, self.recorder.raws, strict=True)
        return Tape("drawn", self.recorder.header, tuple(Moment(entry, raw) for entry, raw in moments))

    def _groups(self) -> bool:
        for number, group in enumerate(self.plan.groups):
            name = f"wf[{number}]"
            self._begin(name, "StepGroup", "", boundary="wf")
            for step in group:
                self._step(step, f"{name}.{step.name}", parent=name, boundary="wf")
            good = all(step.good for step in group)
            self._end(name, good=good)
            self._show("Running")
            if not good:
                return False
        return True

    def _alone(self, step: Step, name: str) -> bool:
        self._step(step, name, parent=None, boundary="")
        return step.good

    def _step(self, step: Step, name: str, *, parent: str | None, boundary: str) -> None:
        if not step.retried:
            self._attempt(name, step, parent, boundary, good=step.good)
            return
        self._begin(name, "Retry", step.name, boundary=boundary, parent=parent)
        for number, good in enumerate(step.ends):
            self._attempt(f"{name}({number})", step, name, boundary, good=good)
        self._end(name, good=step.good)
        self._show("Running")

    def _attempt(self, name: str, step: Step, parent: str | None, boundary: str, *, good: bool) -> None:
        """A pod from its creation to its end; its own watch and that of the workflow see it independently."""
        self._begin(name, "Pod", step.name, boundary=boundary, parent=parent, phase="Pending")
        self.pods += 1
        uid = f"pod-{self.pods}"
        self._show("Running")
        self._pod(uid, name, "Pending", Verb.ADDED)
        self.nodes[name]["phase"] = "Running"
        self._pod(uid, name, "Running")
        self._show("Running")
        self._pod(uid, name, "Succeeded" if good else "Failed", main=0 if good else 1)
        self._end(name, good=good)
        self._show("Running")
        if self.draw(st.booleans()):
            self._pod(uid, name, "Succeeded" if good else "Failed", Verb.DELETED, main=0 if good else 1)

    def _begin(
        self, name: str, kind: str, template: str, *, boundary: str = "", parent: str | None = None,
        phase: str = "Running",
    ) -> None:  # fmt: skip
        self._pass_time()
        self.nodes[name] = {
            "id": name, "name": name, "displayName": name, "type": kind, "templateName": template, "phase": phase,
            "boundaryID": boundary, "startedAt": stamp(self.recorder.t), "children": [],
        }  # fmt: skip
        if parent is not None:
            self.nodes[parent]["children"].append(name)

    def _end(self, name: str, *, good: bool) -> None:
        self._pass_time()
        self.nodes[name] |= {"phase": "Succeeded" if good else "Failed", "finishedAt": stamp(self.recorder.t)}

    def _pass_time(self) -> None:
        self.recorder.t = round(self.recorder.t + self.draw(st.integers(0, 40)) / 10, 6)
        self.recorder.lease()

    def _show(self, phase: str, *, always: bool = False) -> None:
        if always or self.draw(st.booleans()):
            spec = {"entrypoint": "main", "templates": list(self._templates())}
            if self.plan.handler is not None:
                spec["onExit"] = self.plan.handler.name
            table = copied(self.nodes)
            self.recorder.workflow(phase, *table.values(), spec=spec, uid="wf")

    def _templates(self) -> list[Raw]:
        every = [step for group in self.plan.groups for step in group]
        calls = [[{"name": step.name, "template": step.name} for step in group] for group in self.plan.groups]
        handler = [self.plan.handler] if self.plan.handler else []
        return [{"name": "main", "steps": calls}, *(_template(step) for step in (*every, *handler))]

    def _pod(self, uid: str, name: str, phase: str, verb: Verb = Verb.MODIFIED, main: int | None = None) -> None:
        state: Raw = {"running": {"startedAt": stamp(self.recorder.t)}}
        if main is not None:
            state = {"terminated": {"exitCode": main, "finishedAt": stamp(self.recorder.t)}}
        notes = {"workflows.argoproj.io/node-id": name, "workflows.argoproj.io/node-name": name}
        meta = {
            "name": uid, "uid": uid, "creationTimestamp": self.nodes[name]["startedAt"], "annotations": notes,
            "labels": {"workflows.argoproj.io/workflow": "wf"},
        }  # fmt: skip
        status = {"phase": phase, "containerStatuses": [{"name": "main", "state": state}]}
        raw = {"metadata": meta, "spec": {"nodeName": "node-1"}, "status": status}
        self.recorder.see(Resource.POD, raw, verb)


def _template(step: Step) -> Raw:
    template: Raw = {"name": step.name, "container": {}}
    return template | {"retryStrategy": {"limit": "2"}} if step.retried else template


@st.composite
def lives(draw: st.DrawFn) -> Tape:
    """A lawful history."""
    return Run(draw(plans()), draw).whole()
