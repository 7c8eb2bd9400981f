"""Collects scenario files; what is wrong with one is an error of collection, so nothing of it is run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.model.release import Release
from harness.pytest_plugin import options
from harness.pytest_plugin.item import CellItem
from harness.report import allure
from harness.run.claiming import Claimed
from harness.run.gate import context
from harness.run.plan import cells
from harness.scenario.lint import Context, accept
from harness.scenario.problems import ScenarioErrors

RELEASES = pytest.StashKey[tuple[Release, ...]]()
KUBERNETES = pytest.StashKey[tuple[str, ...]]()
CLAIMED = pytest.StashKey[Claimed | None]()


class ScenarioFile(pytest.File):
    def collect(self) -> Iterator[CellItem]:
        argo, kubernetes = self.config.stash[RELEASES], self.config.stash[KUBERNETES]
        path = short(self.path, self.config.invocation_params.dir)
        for loaded in accept((path,), rules(self.config)):
            for plan in cells((loaded,), argo, kubernetes):
                # written out, so that pytest takes the release for the parameter that it is: --lf compares the parts
                item = CellItem.from_parent(self, name=plan.id, nodeid=f"{self.nodeid}::{plan.id}", plan=plan)
                for marker in allure.markers(loaded.scenario, plan.column):
                    item.add_marker(getattr(pytest.mark, marker.name)(*marker.args, **marker.kwargs))
                yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The problems as lint prints them, without pytest's frames."""
        if excinfo.errisinstance(ScenarioErrors):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


class WithoutRelease(pytest.File):
    """A scenario where no release was named: there is nothing to run, and the summary says what to say."""

    def collect(self) -> Iterator[pytest.Item]:
        return iter(())


def rules(config: pytest.Config) -> Context:
    there = config.stash[CLAIMED]
    return context(
        options.provider(config).name,
        cluster_faults=config.getoption("allow_cluster_faults"),
        installed=there.argo if there else None,
    )


def short(path: Path, start: Path) -> Path:
    """As the user would write it: reports repeat it, also on other machines."""
    return path.relative_to(start) if path.is_relative_to(start) else path
