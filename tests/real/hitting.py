"""One fault on one pod that is there already, proven from the watches and noted in the journal; without a scenario."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.faults.registry import fault_of
from harness.model.events import EndReason, Resource, Stage, Verb
from harness.model.header import ControllerSettings, Header, ScenarioRecord
from harness.oracles.aim import aim
from harness.oracles.proofs import prove, still_on_target
from harness.oracles.subjects import Subject
from harness.run.headers import cgroup_version
from harness.run.healing import Healed, Healing
from harness.run.inbox import Cancelled, Inbox, StepJournal
from harness.run.method import Fired
from harness.run.recording import Recording
from harness.run.transcript import Transcript
from harness.run.watching import Away, Line
from harness.scenario.types import Step

if TYPE_CHECKING:
    from pathlib import Path

    from harness.run.site import Site

PATIENCE = 90.0
"""Seconds for the proof of a landing, on a busy machine."""
Raw = dict[str, Any]


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
    Healing(f"hitting-{time.monotonic_ns()}").about_to(0, step.verb, step.action, context)
    began = time.monotonic()
    detail = fault_of(step.action).inject(context, step.action)
    seconds = time.monotonic() - began
    recording.step(0, step.verb, Stage.ACCEPTED, detail=detail)
    while (proof := prove(step, 0, recording.state)) is None:
        assert time.monotonic() < began + PATIENCE, f"{step.verb} ({detail}) was not proven"
        _take(inbox, transcript, 0.25)
    return Landed(detail, proof.text, seconds)


def _take(inbox: Inbox, transcript: Transcript, patience: float) -> bool:
    message = inbox.get(patience)
    if message is not None and not isinstance(message, Away | Fired | Healed | Cancelled):
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
