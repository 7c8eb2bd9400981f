"""One attempt at one cell: namespace, workflow, verdict, evidence, and everything taken away again."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.argo.install import prepare_namespace
from harness.model.cells import Artefacts
from harness.model.errors import HarnessError
from harness.model.header import Header
from harness.model.verdicts import Judgement
from harness.run import evidence, rejudging, submission
from harness.run.cell import Cell
from harness.run.inbox import Inbox
from harness.run.plan import CellPlan
from harness.run.recording import Recording
from harness.run.site import Site


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
    plan: CellPlan, site: Site, folder: Path, namespace: str, header: Header, running: Callable[[Cell], None]
) -> Attempt:
    folder.mkdir(parents=True, exist_ok=True)
    body = submission.manifest(plan.loaded.scenario, namespace)
    written = evidence.keep(folder / "workflow.yaml", yaml.safe_dump(body, sort_keys=False))
    started, began = time.time(), time.monotonic()
    recording = Recording(folder / "history.jsonl", header, began=began, wall=started)
    inbox = Inbox()
    cell = Cell(plan.loaded.scenario, site, recording, inbox)
    site.listen(namespace, inbox)
    unhealed: tuple[str, ...] = ()
    try:
        running(cell)
        judgement = cell.run(lambda: begin(site, namespace, body))
        finished = time.time()
        rejudging.keep(judgement, folder)
        artefacts = collect(site, namespace, folder, recording.path, written, time.monotonic() - began)
    finally:
        site.leave(namespace)
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


def begin(site: Site, namespace: str, body: dict[str, object]) -> None:
    prepare_namespace(site.api, namespace)
    submission.submit(site.api, body)


def collect(
    site: Site, namespace: str, folder: Path, history: Path, workflow: Path | None, seconds: float
) -> Artefacts:
    log: Path | None = None
    logs: tuple[Path, ...] = ()
    with contextlib.suppress(HarnessError):
        log = evidence.controller_log(site, namespace, seconds + 1, folder)
        logs = evidence.pod_logs(site.api, namespace, folder)
    return Artefacts(folder=folder, history=history, workflow=workflow, controller_log=log, logs=logs)


def remove(site: Site, namespace: str) -> None:
    """Lets the namespace go without waiting for it; its pods are not given their grace period."""
    with contextlib.suppress(HarnessError):
        site.api.delete(f"/api/v1/namespaces/{namespace}/pods", grace=1)
        site.api.delete(f"/api/v1/namespaces/{namespace}")
