"""Stands in for the campaign: each cell gets a recorded history of its scenario, as if its release had been the one.

So a whole run can be had in seconds, with the histories of real clusters in it: for reports whose size matters, and for
reports that are looked at. Logs were not recorded; the lines of the history stand in for the controller's.
"""

import gzip
import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
import yaml

from harness.build.progress import Progress
from harness.history.reader import read
from harness.model.cells import Artefacts, CellResult
from harness.model.release import Release
from harness.model.verdicts import Judgement, Verdict
from harness.mutation.corpus import CORPUS
from harness.oracles.judge import judge
from harness.report import timeline
from harness.run import rejudging
from harness.run.options import Options
from harness.run.plan import CellPlan

MARK: Final = "SHAKEDOWN_REPLAY_DONE"
"""Environment variable with the path of a file that is written when all that a run makes is there but the report."""
COPY: Final = "-copy-"
"""What follows in the name of a scenario tells it from others with the same histories."""
_LOG_LINES: Final = 400
"""About what a cell of ten seconds makes a controller say."""
_FIXED: Final = Release.parse("v3.5.11")
_OLD, _NEW = "v3.5.10", "v3.7.15"


class Replay:
    """A runner whose cells are all done before the first is asked for."""

    def __init__(self, plans: Sequence[CellPlan], options: Options) -> None:
        self._plans = plans
        self._options = options
        self._results: dict[str, CellResult] = {}
        self.on_result: Callable[[CellResult], None] = lambda _: None

    def prepare(self) -> Mapping[str, str]:
        self._results = {plan.id: replayed(plan, self._options) for plan in self._plans}
        if told := os.environ.get(MARK):
            Path(told).write_text(str(time.time()), encoding="ascii")
        return {}

    def start(self) -> None:
        for plan in self._plans:
            self.on_result(self._results[plan.id])

    def result(self, plan: CellPlan, patience: float | None = None) -> CellResult:
        return self._results[plan.id]

    def cancel(self, why: str) -> None:
        """Nothing is running."""

    def close(self) -> None:
        """Nothing is left."""


@pytest.hookimpl
def pytest_shakedown_campaign(plans: Sequence[CellPlan], options: Options, progress: Progress) -> Replay:
    return Replay(plans, options)


def replayed(plan: CellPlan, options: Options) -> CellResult:
    scenario = plan.loaded.scenario
    judgement, files, (started, finished) = _judged(plan, options.folder / "cells" / scenario.name / plan.column.id)
    return CellResult(
        scenario=scenario.name,
        title=scenario.title,
        source=plan.loaded.path,
        line=plan.line,
        tags=scenario.tags,
        links=scenario.links,
        verbs=tuple(step.verb for step in scenario.method),
        argo=str(plan.argo),
        kubernetes=plan.kubernetes,
        several=plan.several,
        provider=options.provider,
        namespace=scenario.name,
        judgement=judgement,
        started=started,
        finished=finished,
        artefacts=files,
    )


def _judged(plan: CellPlan, folder: Path) -> tuple[Judgement, Artefacts | None, tuple[float, float]]:
    """With the times between which it happened, in seconds since the epoch."""
    recorded = recording_of(plan)
    if plan.skipped is not None or recorded is None:
        reason = plan.skipped or "nothing was recorded of it"
        return Judgement(verdict=Verdict.SKIPPED, reason=reason), None, (time.time(),) * 2
    folder.mkdir(parents=True)
    history = _relabelled(recorded, plan, folder / rejudging.HISTORY)
    recording = read(history)
    entries = list(recording.entries())
    judgement = judge(recording.header, entries)
    rejudging.keep(judgement, folder)
    files = Artefacts(
        folder=folder,
        history=history,
        workflow=_keep(folder / "workflow.yaml", yaml.safe_dump(recording.header.scenario.spec["workflow"])),
        controller_log=_keep(folder / "controller.log", _log(list(timeline.lines(entries)))),
    )
    began = recording.header.started
    return judgement, files, (began, began + entries[-1].t)


def recording_of(plan: CellPlan) -> Path | None:
    name = re.sub(f"{COPY}.*", "", plan.loaded.scenario.name)
    path = CORPUS / f"{name}-{_OLD if plan.argo < _FIXED else _NEW}-1.jsonl.gz"
    return path if path.exists() else None


def _relabelled(recorded: Path, plan: CellPlan, history: Path) -> Path:
    """The header says what is asked of this scenario on this release; every entry stays as it was recorded."""
    scenario = plan.loaded.scenario
    spec = scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    told = {"name": scenario.name, "sha256": plan.loaded.source_sha256, "spec": spec}
    with gzip.open(recorded, "rt", encoding="utf-8") as packed, history.open("w", encoding="utf-8") as whole:
        header = json.loads(packed.readline())
        whole.write(json.dumps({**header, "argo": str(plan.argo), "scenario": {**header["scenario"], **told}}) + "\n")
        whole.writelines(packed)
    return history


def _log(lines: Sequence[str]) -> str:
    start = 'time="2026-01-01T00:00:00.000Z" level=info msg='
    said = [f"{start}{json.dumps(line)} namespace=replayed workflow=replayed\n" for line in lines]
    return "".join(said * (_LOG_LINES // len(said) + 1))


def _keep(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
