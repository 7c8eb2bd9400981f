"""One fault on one pod that is there already, proven from the watches and noted in the journal; without a scenario."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cluster.api import ApiNotFound
from harness.cluster.waiting import until_gone
from harness.faults.registry import fault_of
from harness.model.events import EndReason, Resource, Stage, Verb
from harness.model.header import ControllerSettings, Header, ScenarioRecord
from harness.oracles.aim import aim
from harness.oracles.proofs import prove, still_on_target
from harness.oracles.subjects import Subject
from harness.run.headers import cgroup_version
from harness.run.healing import Healed, Healing
from harness.run.inbox import Cancelled, Inbox, StepJournal
from harness.run.method import Accepted, Fired
from harness.run.recording import Recording
from harness.run.submission import submit
from harness.run.transcript import Transcript
from harness.run.watching import Away, Line
from harness.scenario.types import Step
from tests.real.breaking import PODS, WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.run.site import Site

PATIENCE = 90.0
"""Seconds for the proof of a landing, on a busy machine."""
IDLE = "sleep 300"
WORK = {"name": "work", "emptyDir": {"medium": "Memory", "sizeLimit": "4Mi"}}
Raw = dict[str, Any]


def begin(site: Site, name: str, script: str = IDLE) -> None:
    box = {"image": "alpine:3.18", "command": ["sh", "-c"], "args": [script]}
    main = box | {"volumeMounts": [{"name": "work", "mountPath": "/work"}]}
    side = {"name": "side", "image": "alpine:3.18", "command": ["sleep", "300"]}
    spec = {
        "entrypoint": "main",
        "volumes": [WORK],
        "templates": [{"name": "main", "container": main, "sidecars": [side]}],
    }
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submit(site.api, kind | {"metadata": {"name": name, "namespace": "default"}, "spec": spec})


def await_pod(site: Site, name: str, wanted: Callable[[Raw], bool]) -> Raw:
    query = {"fieldSelector": f"metadata.name={name}"}
    with site.api.watch(PODS, resource_version=None, timeout=90, **query) as watch:
        for line in watch:
            if wanted(line.object):
                return dict(line.object)
    raise AssertionError(f"pod {name} never was as wanted")


def await_gone(site: Site, name: str) -> None:
    until_gone(site.api, PODS, {name}, seconds=60)


def at_work(pod: Raw) -> bool:
    states = [status["state"] for status in pod.get("status", {}).get("containerStatuses", [])]
    return len(states) == 3 and all("running" in state for state in states)


def ends(pod: Raw) -> dict[str, tuple[int, str]]:
    states = {status["name"]: status["state"] for status in pod["status"].get("containerStatuses", [])}
    done = {name: state["terminated"] for name, state in states.items() if "terminated" in state}
    return {name: (end["exitCode"], end["reason"]) for name, end in done.items()}


def running(site: Site, name: str, script: str = IDLE) -> Raw:
    begin(site, name, script)
    return await_pod(site, name, at_work)


def end(site: Site, name: str) -> None:
    for path in (f"{WORKFLOWS}/{name}", f"{PODS}/{name}"):
        with suppress(ApiNotFound):
            site.api.delete(path, grace=0)


@dataclass(frozen=True, slots=True)
class Landed:
    """What the call said that it did, what proves it, and how long the call took in seconds."""

    detail: str
    proof: str
    seconds: float


def land(site: Site, folder: Path, verb: str, pod: Raw | None = None, /, **parameters: Any) -> Landed:
    """Raises where it is not proven. It stands until it is undone."""
    step = Step.model_validate({"when": {"workflow": {}}, "inject": {verb: parameters}})
    name = pod["metadata"]["labels"]["workflows.argoproj.io/workflow"] if pod else ""
    folder.mkdir(exist_ok=True)
    recording = Recording(folder / f"{verb}.jsonl", _header(site, name), began=time.monotonic(), wall=time.time())
    inbox = Inbox()
    site.listen("default", inbox)
    try:
        if pod is not None:
            recording.seen(Line(resource=Resource.POD, verb=Verb.ADDED, received=time.monotonic(), object=pod))
        return _hit(site, step, recording, inbox, pod)
    finally:
        site.leave("default")
        recording.ended(EndReason.DECIDED, "over")


def _hit(site: Site, step: Step, recording: Recording, inbox: Inbox, pod: Raw | None) -> Landed:
    transcript = Transcript(recording)
    while _take(inbox, transcript, 0):
        continue  # what is there already is told first
    recording.step(0, step.verb, Stage.ARMED)
    uid = pod["metadata"]["uid"] if pod else ""
    subject = Subject(node_id="", pod_uid=uid, text="", seq=1) if pod else None
    target = aim(step, subject, recording.state)
    assert target is not None
    assert still_on_target(step, target, recording.state) is None
    recording.step(0, step.verb, Stage.TRIGGERED, target=target)
    context = site.context("default", target.workflow, target, StepJournal(step=0, inbox=inbox))
    known = Healing(f"hitting-{time.monotonic_ns()}").about_to(0, step.verb, step.action, context)
    began = time.monotonic()
    detail = fault_of(step.action).inject(known, step.action)
    seconds = time.monotonic() - began
    recording.step(0, step.verb, Stage.ACCEPTED, detail=detail)
    while (proof := prove(step, 0, recording.state)) is None:
        assert time.monotonic() < began + PATIENCE, f"{step.verb} ({detail}) was not proven"
        _take(inbox, transcript, 0.25)
    return Landed(detail, proof.text, seconds)


def _take(inbox: Inbox, transcript: Transcript, patience: float) -> bool:
    message = inbox.get(patience)
    if message is not None and not isinstance(message, Away | Accepted | Fired | Healed | Cancelled):
        transcript.take(message)
    return message is not None


def _header(site: Site, workflow: str) -> Header:
    return Header(
        harness="test",
        scenario=ScenarioRecord(name="hitting", sha256="", spec={}),
        argo=str(site.build.release),
        kubernetes=site.cluster.kubernetes,
        provider=site.cluster.provider,
        cgroup=cgroup_version(),
        settings=ControllerSettings(env=site.settings.env, args=site.settings.args),
        namespace="default",
        workflow=workflow,
        started=time.time(),
    )


def folder(pod: Raw, container: str, hierarchy: str) -> Path:
    statuses = pod["status"]["containerStatuses"]
    plain = next(each["containerID"] for each in statuses if each["name"] == container).rpartition("/")[2]
    return next(Path("/sys/fs/cgroup", hierarchy, "shakedown").glob(f"**/{plain}"))


def pids(pod: Raw, container: str) -> list[int]:
    return [int(pid) for pid in (folder(pod, container, "memory") / "cgroup.procs").read_text().split()]


def states(pod: Raw, container: str) -> set[str]:
    stats = (Path(f"/proc/{pid}/stat").read_text() for pid in pids(pod, container))
    return {stat.rpartition(")")[2].split()[0] for stat in stats}
