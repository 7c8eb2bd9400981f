"""One attempt at one cell: namespace, workflow, verdict, evidence, and everything taken away again."""

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.argo.install import prepare_namespace
from harness.model.cells import Artefacts
from harness.model.errors import HarnessError
from harness.model.header import Header
from harness.model.verdicts import Judgement, Verdict
from harness.run import evidence, rejudging, submission
from harness.run.cell import Cell
from harness.run.inbox import Inbox
from harness.run.plan import CellPlan
from harness.run.pod_logs import PodLogs
from harness.run.recording import Recording
from harness.run.site import KernelKillSeen, Site
from harness.run.watching import Message

GREEN = (Verdict.PASS, Verdict.SKIPPED)
"""Verdicts for which nobody asks what else the controller said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one attempt gave. `unhealed` are faults that could not be undone: the cluster is unfit for more."""

    judgement: Judgement
    artefacts: Artefacts
    namespace: str
    started: float
    finished: float
    unhealed: tuple[str, ...]
    verdict_delay: float


def attempt(
    plan: CellPlan, site: Site, folder: Path, namespace: str, header: Header, running: Callable[[Cell, Recording], None]
) -> Attempt:
    folder.mkdir(parents=True, exist_ok=True)
    body = submission.manifest(plan.loaded.scenario, namespace)
    written = evidence.keep(folder / "workflow.yaml", yaml.safe_dump(body, sort_keys=False))
    started, began = time.time(), time.monotonic()
    recording = Recording(folder / "history.jsonl", header, began=began, wall=started)
    inbox = Inbox()
    cell = Cell(plan.loaded.scenario, site, recording, inbox)
    logs = PodLogs(site.api, namespace)
    site.listen(namespace, both(inbox, logs))
    unhealed: tuple[str, ...] = ()
    try:
        running(cell, recording)
        judgement = cell.run(lambda: begin(site, namespace, body, plan.loaded.scenario.objects))
        finished = time.time()
        rejudging.keep(judgement, folder)
        seconds = time.monotonic() - began
        artefacts = Artefacts(
            folder=folder,
            history=recording.path,
            workflow=written,
            controller_log=controller_log(site, namespace, seconds + 1, folder, whole=judgement.verdict not in GREEN),
            logs=pod_logs(logs, folder / "logs"),
        )
    finally:
        site.leave(namespace)
        logs.close()
        unhealed = cell.heal()
        remove(site, namespace)
    return Attempt(
        judgement=judgement,
        artefacts=artefacts,
        namespace=namespace,
        started=started,
        finished=finished,
        unhealed=unhealed,
        verdict_delay=cell.verdict_delay,
    )


def begin(site: Site, namespace: str, body: dict[str, object], beside: Iterable[dict[str, Any]]) -> None:
    prepare_namespace(site.api, namespace, site.labels)
    for companion in beside:
        submission.put_beside(site.api, companion, namespace)
    submission.submit(site.api, body)


def both(inbox: Inbox, logs: PodLogs) -> Callable[[Message | KernelKillSeen], None]:
    """The cell first: it must not wait for its evidence."""

    def sink(message: Message | KernelKillSeen) -> None:
        inbox(message)
        if not isinstance(message, KernelKillSeen):
            logs(message)

    return sink


def controller_log(site: Site, namespace: str, seconds: float, folder: Path, *, whole: bool) -> Path | None:
    with contextlib.suppress(HarnessError, OSError):
        return evidence.controller_log(site, namespace, seconds, folder, whole=whole)
    return None


def pod_logs(logs: PodLogs, folder: Path) -> tuple[Path, ...]:
    with contextlib.suppress(OSError):
        return logs.keep(folder)
    return ()


def remove(site: Site, namespace: str) -> None:
    """Lets the namespace go without waiting for it; its pods are not given their grace period."""
    with contextlib.suppress(HarnessError):
        site.api.delete(f"/api/v1/namespaces/{namespace}/pods", grace=1)
        site.api.delete(f"/api/v1/namespaces/{namespace}")
