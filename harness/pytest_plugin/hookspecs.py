"""Where something else can stand in for the campaign, and where a session gets its view of the run.

The tests of the plugin use the one to hand in recorded histories, as a remote runner could; `shakedown run` uses the
other, since it has the terminal to itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import pytest

from harness.build.progress import Progress
from harness.model.cells import CellResult
from harness.report.live.view import View
from harness.run.happenings import Listener
from harness.run.options import Options
from harness.run.plan import CellPlan


class Runner(Protocol):
    """What a session asks of a campaign. `on_result` is called with every result, from any thread."""

    on_result: Callable[[CellResult], None]

    def prepare(self) -> Mapping[str, str]:
        """Why a release cannot be had, for those that cannot. Raises HarnessError if nothing can be run at all."""

    def start(self) -> None:
        """Lets the cells go in the background."""

    def result(self, plan: CellPlan, patience: float | None = None) -> CellResult:
        """The result of a cell, waiting for it; TimeoutError if it takes longer than `patience` seconds."""

    def cancel(self, why: str) -> None:
        """Ends all that is left as soon as possible."""

    def close(self) -> None:
        """Waits until nothing of it is left running."""


@pytest.hookspec(firstresult=True)
def pytest_shakedown_campaign(
    plans: Sequence[CellPlan], options: Options, progress: Progress, listener: Listener
) -> Runner | None:
    """What runs the cells of this session; the first answer counts, and the last to be asked is the real campaign."""


@pytest.hookspec(firstresult=True)
def pytest_shakedown_view(plans: Sequence[CellPlan]) -> View | None:
    """What shows this session while it runs; where nobody answers, lines are printed beside those of pytest."""
