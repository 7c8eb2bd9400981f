"""One fault after the other on a real cluster: each is proven from the watches, undone from the journal as another
process would, and looked at with other eyes: the API's own objects, and /proc."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from harness.argo.install import prepare_namespace
from harness.faults.registry import fault_of
from harness.model.events import EndReason, Stage, Target
from harness.model.header import ControllerSettings, Header, ScenarioRecord
from harness.oracles.aim import aim
from harness.oracles.proofs import prove
from harness.run import headers, plan, undoing
from harness.run.attempt import attempt
from harness.run.headers import cgroup_version
from harness.run.healing import Healed, Healing
from harness.run.inbox import Cancelled, Inbox, StepJournal
from harness.run.method import Accepted, Fired
from harness.run.recording import Recording
from harness.run.submission import submit
from harness.run.transcript import Transcript
from harness.run.watching import Away
from harness.scenario.load import load
from harness.scenario.types import Step
from harness.scenario.verbs import Do

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.verdicts import Judgement
    from harness.run.site import Site

WORKFLOWS: Final = "/apis/argoproj.io/v1alpha1/namespaces/default/workflows"
PODS: Final = "/api/v1/namespaces/default/pods"
PATIENCE: Final = 90.0
"""Seconds for the proof of a landing, on a busy machine."""
T = TypeVar("T")
AWAY_FROM_CONTROLLER: Final[dict[str, Any]] = {
    "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {
                "topologyKey": "kubernetes.io/hostname",
                "namespaces": ["argo"],
                "labelSelector": {"matchLabels": {"app": "workflow-controller"}},
            }
        ]
    }
}


@dataclass(frozen=True, slots=True)
class Victim:
    """A workflow with one pod that sleeps."""

    workflow: str
    pod: str
    uid: str
    host: str
    node: str = ""
    """Id of its workflow node."""


def start_victim(site: Site, name: str) -> Victim:
    """Its pod runs, on a node without the controller."""
    prepare_namespace(site.api, "default")
    main = {"image": "alpine:3.18", "command": ["sleep", "600"]}
    template = {"name": "main", "affinity": AWAY_FROM_CONTROLLER, "container": main}
    spec = {"entrypoint": "main", "podGC": {}, "templates": [template]}
    workflow = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": spec}
    submit(site.api, workflow | {"metadata": {"name": name, "namespace": "default"}})
    label = f"workflows.argoproj.io/workflow={name}"
    with site.api.watch(PODS, resource_version=None, timeout=90, labelSelector=label) as watch:
        for line in watch:
            if line.object["status"].get("phase") == "Running":
                meta = line.object["metadata"]
                return Victim(name, meta["name"], meta["uid"], line.object["spec"]["nodeName"])
    raise AssertionError(f"the pod of {name} did not run")


def end_victim(site: Site, victim: Victim) -> None:
    with suppress(Exception):
        site.api.delete(f"{WORKFLOWS}/{victim.workflow}")
        site.api.delete(f"{PODS}/{victim.pod}", grace=0)


def land(site: Site, folder: Path, verb: str, victim: Victim | None = None, /, **parameters: object) -> str:
    """The proof. What was broken stands until `undo`, noted in the journal."""
    group = "do" if verb.replace("-", "_") in Do.model_fields else "inject"
    step = Step.model_validate({"when": {"workflow": {}}, group: {verb: parameters}})
    recording = Recording(folder / "history.jsonl", _header(site, victim), began=time.monotonic(), wall=time.time())
    inbox = Inbox()
    site.listen("default", inbox)
    try:
        return _Landing(site, step, recording, inbox).proof(victim)
    finally:
        site.leave("default")
        recording.ended(EndReason.DECIDED, "over")


@dataclass(frozen=True, slots=True)
class _Landing:
    """One step without a scenario around it: aimed at what the watches show, called, and proven from them."""

    site: Site
    step: Step
    recording: Recording
    inbox: Inbox

    def proof(self, victim: Victim | None) -> str:
        self.recording.step(0, self.step.verb, Stage.ARMED)
        while self._take(0):
            continue  # what is there already is told first
        target = self._await(lambda: self._aim(victim))
        self.recording.step(0, self.step.verb, Stage.TRIGGERED, target=target)
        journal = StepJournal(step=0, inbox=self.inbox)
        context = self.site.context("default", victim.workflow if victim else "", target, journal)
        known = Healing(f"breaking-{time.monotonic_ns()}").about_to(0, self.step.verb, self.step.action, context)
        detail = fault_of(self.step.action).inject(known, self.step.action)
        self.recording.step(0, self.step.verb, Stage.ACCEPTED, detail=detail)
        return self._await(lambda: prove(self.step, 0, self.recording.state)).text

    def _aim(self, victim: Victim | None) -> Target | None:
        if victim is None:
            return aim(self.step, None, self.recording.state)
        return Target(
            pod=victim.pod, pod_uid=victim.uid, host=victim.host, node_id=victim.node, workflow=victim.workflow
        )

    def _await(self, asked: Callable[[], T | None]) -> T:
        deadline = time.monotonic() + PATIENCE
        while (found := asked()) is None:
            assert time.monotonic() < deadline, f"{self.step.verb} was not proven"
            self._take(0.25)
        return found

    def _take(self, patience: float) -> bool:
        message = self.inbox.get(patience)
        if message is not None and not isinstance(message, Away | Accepted | Fired | Healed | Cancelled):
            Transcript(self.recording).take(message)
        return message is not None


def _header(site: Site, victim: Victim | None) -> Header:
    return Header(
        harness="test",
        scenario=ScenarioRecord(name="breaking", sha256="", spec={}),
        argo=str(site.build.release),
        kubernetes=site.cluster.kubernetes,
        provider=site.cluster.provider,
        cgroup=cgroup_version(),
        settings=ControllerSettings(env=site.settings.env, args=site.settings.args),
        namespace="default",
        workflow=victim.workflow if victim else "",
        started=time.time(),
    )


def undo(site: Site) -> list[str]:
    """What the journal says of this cluster, undone by nobody who took part; each must be undone."""
    done = list(undoing.finish(lambda each: each.cluster == site.cluster.name))
    assert done
    assert not [each.problem for each in done if each.problem]
    return [each.detail for each in done]


def judged(site: Site, folder: Path, scenario: str, disturb: Callable[[], None] | None = None) -> Judgement:
    """The verdict of a whole cell, with somebody who disturbs it from the moment it begins."""
    path = folder / "kept-from-landing.yaml"
    path.write_text(scenario)
    cell = plan.CellPlan(loaded=load(path), argo=site.build.release)
    begin = disturb or (lambda: None)
    name = f"kept-{time.monotonic_ns() % 100_000}"
    done = attempt(cell, site, folder, name, headers.header(cell, site, name), lambda *_: begin())
    assert not done.unhealed
    return done.judgement


def processes(program: str) -> dict[int, str]:
    """Every process of that name on this machine: its state in words of /proc, by pid."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            if fields["Name"].strip() == program[:15]:
                found[int(folder.name)] = fields["State"].split()[0]
    return found


def of_cluster(site: Site, program: str, word: str = "") -> dict[int, str]:
    """Those whose environment or command line speaks of the cluster, and of `word`."""
    mine = {}
    for pid, state in processes(program).items():
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_text() + Path(f"/proc/{pid}/cgroup").read_text()
            if f"/{site.cluster.name}/" in line and word in line:
                mine[pid] = state
    return mine


def thaw(site: Site, program: str) -> bool:
    """As somebody else would, who knows nothing of the experiment; whether there was anything to thaw."""
    stopped = [pid for pid, state in of_cluster(site, program).items() if state == "T"]
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    return bool(stopped)


def thaw_soon(site: Site, program: str) -> None:
    """In a thread of its own, as soon as it is stopped."""

    def look() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not thaw(site, program):
            time.sleep(0.05)

    threading.Thread(target=look, daemon=True).start()


def sibling(site: Site, program: str) -> dict[int, str]:
    """A part of the control plane: a child of the process that started this cluster's API server."""
    (server,) = of_cluster(site, "kube-apiserver")
    return {pid: state for pid, state in processes(program).items() if _parent(pid) == _parent(server)}


def _parent(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]


def condition(site: Site, host: str, kind: str = "Ready") -> str:
    conditions = site.api.get(f"/api/v1/nodes/{host}")["status"]["conditions"]
    return str(next(each["status"] for each in conditions if each["type"] == kind))
