"""Cells of every verdict, one of them with a whole recorded history and its logs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.history.parse import parse
from harness.history.writer import Writer
from harness.model.cells import Artefacts, CellResult, RunInfo
from harness.model.events import (
    Command,
    Ended,
    EndReason,
    KernelKill,
    NodePower,
    Nudged,
    Resource,
    Seen,
    Stage,
    StepChanged,
    Verb,
)
from harness.model.header import Cgroup, ControllerSettings, Header, ScenarioRecord
from harness.model.verdicts import Check, Judgement, Landing, StuckCause, Verdict, Violation

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.events import AnyEntry

BEGAN = 1_750_000_000.0
OLD, NEW = "v3.5.10", "v3.7.15"


@pytest.fixture
def run(tmp_path: Path) -> RunInfo:
    return run_in(tmp_path)


@pytest.fixture
def cells(run: RunInfo) -> tuple[CellResult, ...]:
    return cells_of(run)


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> RunInfo:
    """For tests that only look."""
    return run_in(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def shared_cells(shared_run: RunInfo) -> tuple[CellResult, ...]:
    return cells_of(shared_run)


def run_in(folder: Path) -> RunInfo:
    return RunInfo(
        name="2026-01-02-030405",
        folder=folder / "reports" / "2026-01-02-030405",
        started=BEGAN - 20,
        harness="0.1.0",
        provider="local",
        kubernetes=("v1.33.13",),
        argo=(OLD, NEW),
        settings="fast",
    )


LANDING = Landing(
    step=0, name="lose-wait", verb="kill-process", triggered=3.215, accepted=3.233, landed=4.1, proof="wait exited 137"
)
CHECKS = (
    Check(name="workflow.phase", expected="Error", seen="Running", holds=False, line=31),
    Check(name="nodes[0].phase", expected="Error", seen="Error", holds=True, line=33),
)


def cell(
    scenario: str, argo: str, verdict: Verdict, reason: str, artefacts: Artefacts | None = None, **changes: Any
) -> CellResult:
    judged = {key: changes.pop(key) for key in ("cause", "checks", "violations", "landings", "link") if key in changes}
    fields: dict[str, Any] = {
        "scenario": scenario,
        "title": f"Title of {scenario}",
        "line": 3,
        "tags": ("seed", "pod-loss"),
        "links": ("argoproj/argo-workflows#12993",),
        "verbs": ("kill-process",),
        "kubernetes": "v1.33.13",
        "provider": "local",
        "namespace": f"{scenario}-1",
        "started": BEGAN - 1.5,
        "finished": BEGAN + 20.25,
        **changes,
    }
    return CellResult(
        source=Path("scenarios/seeds") / f"{scenario}.yaml",
        scenario=fields.pop("scenario"),
        argo=argo,
        judgement=Judgement(verdict=verdict, reason=reason, **judged),
        artefacts=artefacts,
        **fields,
    )


def cells_of(run: RunInfo) -> tuple[CellResult, ...]:
    """Every verdict once at least; `task-result-lost` on the old release has files."""
    folder = run.folder / "cells" / "task-result-lost" / OLD
    stuck = {"checks": CHECKS, "landings": (LANDING,), "link": "argoproj/argo-workflows#12993"}
    violated = (Violation(invariant="completion-agrees", message="phase Error, but not completed | at all", seq=7),)
    return (
        cell("oom-main", OLD, Verdict.PASS, "Failed: OOMKilled (exit code 137)", finished=BEGAN + 11),
        cell("oom-main", NEW, Verdict.PASS, "Failed: OOMKilled (exit code 137)"),
        cell(
            "task-result-lost", OLD, Verdict.KNOWN_BUG, "stuck: task-result-incomplete (main, 12.3 s after the kill)",
            files(folder), cause=StuckCause.TASK_RESULT_INCOMPLETE, violations=violated, **stuck,
        ),
        cell("task-result-lost", NEW, Verdict.PASS, "Error: wait: Error (exit code 137)", landings=(LANDING,)),
        cell("drain", OLD, Verdict.FAIL, "workflow.phase: expected Succeeded, seen Error <b>*x*</b>", checks=CHECKS),
        cell("drain", NEW, Verdict.INCONCLUSIVE, "drain: no eviction was seen", earlier=(
            Judgement(verdict=Verdict.INCONCLUSIVE, reason="drain: its moment never came"),
        )),
        cell("task-result-relabelled", NEW, Verdict.SKIPPED, "nothing is stuck on this release",
             finished=BEGAN - 1.5),
        cell("force-delete", OLD, Verdict.FIXED, "the declared bug did not show"),
        cell("force-delete", NEW, Verdict.INFRA, "the API server died"),
    )  # fmt: skip


def files(folder: Path) -> Artefacts:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "workflow.yaml").write_text("kind: Workflow\n")
    (folder / "controller.log").write_text("".join(f"line {number}\n" for number in range(1, 501)))
    (folder / "w-main-1.wait.log").write_text("waiting\nkilled\n")
    (folder / "w-main-1.main.log").write_text("working\n")
    record(folder / "history.jsonl")
    return Artefacts(
        folder=folder,
        history=folder / "history.jsonl",
        workflow=folder / "workflow.yaml",
        controller_log=folder / "controller.log",
        logs=(folder / "w-main-1.main.log", folder / "w-main-1.wait.log"),
    )


def record(path: Path) -> None:
    path.unlink(missing_ok=True)
    header = Header(
        harness="0.1.0",
        scenario=ScenarioRecord(name="task-result-lost", sha256="0" * 64, spec={}),
        argo=OLD,
        kubernetes="v1.33.13",
        provider="local",
        cgroup=Cgroup.V1,
        settings=ControllerSettings(env={"DEFAULT_REQUEUE_TIME": "1s"}),
        namespace="ns",
        workflow="w",
        started=BEGAN,
    )
    with Writer(path, header) as writer:
        for number, (entry, raw) in enumerate(story(), start=1):
            assert entry.seq == number
            writer.write(entry, raw)


@pytest.fixture
def history() -> tuple[AnyEntry, ...]:
    return tuple(entry for entry, _ in story())


def story() -> list[tuple[AnyEntry, dict[str, Any] | None]]:
    """The wait container is killed, the node ends, the workflow does not."""
    log: list[tuple[AnyEntry, dict[str, Any] | None]] = []

    def seen(t: float, resource: Resource, raw: dict[str, Any], verb: Verb = Verb.MODIFIED) -> None:
        entry = Seen(
            **at(t),
            resource=resource,
            verb=verb,
            version=str(len(log)),
            object=parse(resource, json.loads(json.dumps(raw))),
        )
        log.append((entry, raw))

    def at(t: float) -> dict[str, Any]:
        return {"seq": len(log) + 1, "t": t, "wall": BEGAN + t}

    def step(t: float, stage: Stage, detail: str) -> None:
        log.append((StepChanged(**at(t), step=0, verb="kill-process", stage=stage, detail=detail), None))

    step(0.0, Stage.ARMED, "waits for node main to run")
    seen(0.05, Resource.WORKFLOW, workflow(""), Verb.ADDED)
    seen(1.2, Resource.WORKFLOW, workflow("Running", node="Pending"))
    seen(1.3, Resource.POD, pod("Pending", None), Verb.ADDED)
    seen(3.214, Resource.POD, pod("Running", None))
    seen(3.214, Resource.WORKFLOW, workflow("Running", node="Running"))
    seen(3.214, Resource.WORKFLOW, workflow("Running", node="Running"))
    step(3.215, Stage.TRIGGERED, "node main is Running")
    step(3.233, Stage.ACCEPTED, "signal 9 sent to process 4711")
    log.append((KernelKill(**at(3.9), container_id="aa", pid=4711, task="argoexec", line="..."), None))
    seen(4.1, Resource.POD, pod("Failed", 137))
    step(4.1, Stage.LANDED, "wait exited 137")
    seen(4.6, Resource.WORKFLOW, workflow("Running", node="Error", message="OOMKilled (exit code 137)"))
    seen(4.7, Resource.POD, pod("Failed", 137), Verb.DELETED)
    log.append((NodePower(**at(5.0), host="node-1", on=False, processes=0), None))
    log.append((Command(**at(6.0), step=1, argv=("argo", "retry", "w"), exit_code=1, output="no\n", seconds=0.2), None))
    log.append((Nudged(**at(9.0), accepted=True), None))
    log.append((Ended(**at(18.0), reason=EndReason.STUCK, detail="task-result-incomplete"), None))
    return log


def workflow(phase: str, *, node: str | None = None, message: str = "") -> dict[str, Any]:
    nodes = {} if node is None else {"w-1": {
        "id": "w-1", "name": "w", "displayName": "w", "type": "Pod", "templateName": "main", "phase": node,
        "message": message, "startedAt": "2025-06-15T15:06:41Z",
        "finishedAt": "2025-06-15T15:06:44Z" if node == "Error" else None,
    }}  # fmt: skip
    return {
        "metadata": {"name": "w", "namespace": "ns", "uid": "u-w"},
        "spec": {"entrypoint": "main", "templates": [{"name": "main", "container": {"image": "alpine:3.18"}}]},
        "status": {"phase": phase, "startedAt": "2025-06-15T15:06:40Z", "nodes": nodes},
    }


def pod(phase: str, code: int | None) -> dict[str, Any]:
    state = {"terminated": {"exitCode": code, "reason": "Error"}} if code is not None else {"running": {}}
    names = ("main", "wait") if phase != "Pending" else ()
    return {
        "metadata": {"name": "w-main-1", "namespace": "ns", "uid": "u-p"},
        "spec": {"nodeName": "node-1" if phase != "Pending" else ""},
        "status": {"phase": phase, "containerStatuses": [{"name": name, "state": state} for name in names]},
    }


@pytest.fixture(scope="module")
def replay() -> Callable[..., str]:
    """Runs a real pytest in a new folder over the results of a run, with a plugin that does what the real one does."""
    plugin = (Path(__file__).parent / "tiny_plugin.txt").read_text()

    def replay(folder: Path, here: Path, *arguments: str) -> str:
        here.mkdir()
        (here / "conftest.py").write_text(plugin)
        (here / "run.cells").write_text(str(folder))
        (here / "pytest.ini").write_text("[pytest]\n")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "allure_pytest.plugin", *arguments],
            cwd=here,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout + done.stderr

    return replay


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares with a file below golden/; a missing one is written, and the test fails so that somebody looks at it."""

    def compare(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            pytest.fail(f"{path.name} was missing; it is written now, look at it")
        assert text == path.read_text(encoding="utf-8")

    return compare
