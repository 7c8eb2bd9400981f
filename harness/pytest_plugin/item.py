"""One pytest item per scenario and release, of Argo and of Kubernetes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.cells import CellResult, RunInfo
from harness.model.verdicts import Verdict
from harness.pytest_plugin import outcomes
from harness.pytest_plugin.failure import VerdictFailed, describe
from harness.report import allure
from harness.run.plan import CellPlan

Waiter = Callable[[CellPlan], CellResult]
RESULTS = pytest.StashKey[Waiter]()
RUN = pytest.StashKey[RunInfo]()


class CellItem(pytest.Item):
    """Waits for its cell in `setup`, so that a broken cluster is an error and not a failure; judges in `runtest`."""

    def __init__(self, *, plan: CellPlan, **rest: Any) -> None:
        super().__init__(**rest)
        self.plan = plan
        self.result: CellResult | None = None
        self.user_properties += [
            ("argo", str(plan.argo)),
            ("kubernetes", plan.kubernetes),
            ("scenario", plan.loaded.scenario.name),
            ("source", f"{plan.loaded.path}:{plan.line}"),
        ]

    def setup(self) -> None:
        self.result = self.config.stash[RESULTS](self.plan)
        self.user_properties.append(("verdict", self.result.judgement.verdict.value))
        allure.describe(self.result, self.config.stash[RUN])
        match self.result.judgement.verdict:
            case Verdict.SKIPPED:
                pytest.skip(self.result.judgement.reason)
            case Verdict.INFRA:
                pytest.fail(describe(self.plan.id, self.result), pytrace=False)
            case Verdict.INCONCLUSIVE:
                self.add_marker(outcomes.INCONCLUSIVE)

    def runtest(self) -> None:
        assert self.result is not None
        judgement = self.result.judgement
        match judgement.verdict:
            case Verdict.PASS:
                return
            case Verdict.KNOWN_BUG:
                pytest.xfail(f"known bug {judgement.link}: {judgement.reason}")
            case _:
                raise VerdictFailed(describe(self.plan.id, self.result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Every failure is told in our own words: pytest's frames say nothing about a workflow."""
        if excinfo.errisinstance(VerdictFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.plan.line - 1, self.plan.id
