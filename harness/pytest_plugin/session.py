"""The campaign behind a pytest session: started once, asked by every item, told to the reports as cells finish."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.model.cells import CellResult, RunInfo
from harness.model.errors import HarnessError
from harness.pytest_plugin.hookspecs import Runner
from harness.report import publish
from harness.report.live.view import View
from harness.report.plan import Plan
from harness.run.plan import CellPlan

SLICE = 0.5
"""Seconds after which a wait lets pytest see a Ctrl-C."""


class Session:
    """Owned by the hooks; `finish` is called whatever happens, and leaves no cluster behind."""

    def __init__(self, runner: Runner, plans: Sequence[CellPlan], run: RunInfo, allure: Path, view: View) -> None:
        self._run = run
        self._allure = allure
        self._begun = False
        self._view = view
        self._runner = runner
        self._cells: list[CellResult] = []
        self._lock = threading.Lock()
        self._plan = Plan(cells=tuple((plan.loaded.scenario.name, plan.column) for plan in plans))

    @property
    def results(self) -> tuple[CellResult, ...]:
        return tuple(self._cells)

    def start(self) -> None:
        """Builds what is missing, then lets the campaign go. Raises HarnessError if nothing can be run here."""
        self._view.open()
        self._plan = replace(self._plan, unavailable=self._runner.prepare())
        self._say(publish.begin(self._run, self._plan))
        self._begun = True
        self._runner.on_result = self._take
        self._runner.start()

    def wait_for(self, plan: CellPlan) -> CellResult:
        while True:
            try:
                return self._runner.result(plan, SLICE)
            except TimeoutError:
                continue

    def finish(self) -> None:
        """Ends whatever still runs and writes the reports of what was finished."""
        try:
            if len(self._cells) < len(self._plan.cells):
                self._view.stopping()
            self._runner.cancel("the run was stopped")
            self._runner.close()
        finally:
            self._view.close()
        if self._begun:
            cells = tuple(self._cells)
            self._say(publish.finish(self._run, cells, self._plan, allure_results=self._allure))

    def _take(self, result: CellResult) -> None:
        """Called in the threads of the campaign: a full disk must not end those, and is said again by `finish`."""
        with self._lock:
            self._cells.append(result)
            self._view.settled(result, announce(result, len(self._cells), len(self._plan.cells)))
            try:
                publish.progress(self._run, self._cells, self._plan)
            except HarnessError as error:
                self._view.say(str(error))

    def _say(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._view.say(line)


def announce(result: CellResult, number: int, of: int) -> str:
    name = f"{result.scenario} {result.column}"
    return (
        f"[{number}/{of}] {result.judgement.verdict:<12} {name:<44} {result.seconds:6.1f} s  {result.judgement.reason}"
    )
