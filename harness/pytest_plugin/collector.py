"""Collects scenario files; what is wrong with one is an error of collection, so nothing of it is run."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.model.release import Release
from harness.pytest_plugin.item import CellItem
from harness.report import allure
from harness.run.gate import context
from harness.run.plan import CellPlan
from harness.scenario.lint import accept
from harness.scenario.problems import ScenarioErrors

RELEASES = pytest.StashKey[tuple[Release, ...]]()


class ScenarioFile(pytest.File):
    def collect(self) -> Iterator[CellItem]:
        for loaded in accept((self.path,), context(self.config.getoption("provider"))):
            for argo in self.config.stash[RELEASES]:
                plan = CellPlan(loaded=loaded, argo=argo)
                item = CellItem.from_parent(self, name=plan.id, plan=plan)
                for marker in allure.markers(loaded.scenario, str(argo)):
                    item.add_marker(getattr(pytest.mark, marker.name)(*marker.args, **marker.kwargs))
                yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The problems as lint prints them, without pytest's frames."""
        if excinfo.errisinstance(ScenarioErrors):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))
