"""Stands in for the campaign: every cell gets the verdict that a recorded history of a real cluster is judged to.

Nothing is pretended: what a file of a test declares is held against what Argo did when the history was recorded. A
history of the name of the scenario in the working directory is taken instead of the one in the corpus.
"""

import gzip
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from harness.build.progress import Progress
from harness.history.reader import read
from harness.model.cells import Artefacts, CellResult
from harness.model.errors import HarnessError, MachineUnfit
from harness.model.header import ScenarioRecord
from harness.model.verdicts import Judgement, Verdict
from harness.oracles.judge import judge
from harness.run.options import Options
from harness.run.plan import CellPlan

CORPUS = Path(__file__).parents[1] / "corpus"
HANGS = "hangs"
"""A scenario whose name begins like this never ends."""
UNFIT = Path("unfit")
"""With a file of this name in the working directory the machine cannot run anything."""


class Recorded:
    """A runner that has all results at once."""

    def __init__(self, plans: Sequence[CellPlan], options: Options) -> None:
        self._plans = plans
        self._options = options
        self._results: dict[str, Future[CellResult]] = {plan.id: Future() for plan in plans}
        self.on_result: Callable[[CellResult], None] = lambda _: None

    def prepare(self) -> Mapping[str, str]:
        if UNFIT.exists():
            raise MachineUnfit("this machine cannot run a local cluster: you are not root", cure="run it as root")
        return {}

    def start(self) -> None:
        Path("started").write_text("\n".join(plan.id for plan in self._plans))
        for plan in self._plans:
            if not plan.loaded.scenario.name.startswith(HANGS):
                result = self._result(plan)
                self._results[plan.id].set_result(result)
                self.on_result(result)

    def result(self, plan: CellPlan, patience: float | None = None) -> CellResult:
        return self._results[plan.id].result(patience)

    def cancel(self, why: str) -> None:
        Path("cancelled").write_text(why)

    def close(self) -> None:
        Path("closed").touch()

    def _result(self, plan: CellPlan) -> CellResult:
        scenario, now = plan.loaded.scenario, time.time()
        folder = self._options.folder / "cells" / scenario.name / plan.column.id
        judgement, files = self._judged(plan, folder)
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
            provider=self._options.provider,
            namespace="recorded",
            judgement=judgement,
            started=now - 12,
            finished=now,
            artefacts=files,
        )

    def _judged(self, plan: CellPlan, folder: Path) -> tuple[Judgement, Artefacts | None]:
        if plan.skipped is not None:
            return Judgement(verdict=Verdict.SKIPPED, reason=plan.skipped), None
        folder.mkdir(parents=True)
        history = folder / "history.jsonl"
        with gzip.open(recording_of(plan), "rb") as packed, history.open("wb") as whole:
            shutil.copyfileobj(packed, whole)
        judgement = judged(plan, history)
        (folder / "verdict.json").write_text(json.dumps(judgement.as_json(), indent=1))
        return judgement, Artefacts(folder=folder, history=history)


def recording_of(plan: CellPlan) -> Path:
    own = Path(f"{plan.loaded.scenario.name}.jsonl.gz").absolute()
    return own if own.exists() else CORPUS / f"task-result-lost-{plan.argo}-1.jsonl.gz"


def judged(plan: CellPlan, history: Path) -> Judgement:
    scenario = plan.loaded.scenario
    spec = scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    record = ScenarioRecord(name=scenario.name, sha256=plan.loaded.source_sha256, spec=spec)
    try:
        recording = read(history)
        return judge(replace(recording.header, scenario=record), list(recording.entries()))
    except HarnessError as error:
        return Judgement(verdict=Verdict.INFRA, reason=str(error))


@pytest.hookimpl
def pytest_shakedown_campaign(plans: Sequence[CellPlan], options: Options, progress: Progress) -> Recorded:
    return Recorded(plans, options)
