"""Stands in for the campaign in a whole `shakedown run`: recorded histories, told as they grow, with their verdicts.

A scenario whose name begins with `hangs` is told up to its first seconds and never ends.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.column import Column
from harness.run.happenings import Opening
from tests.live.replaying import told
from tests.plugin.recorded import HANGS, Recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.build.progress import Progress
    from harness.run.happenings import Listener
    from harness.run.options import Options
    from harness.run.plan import CellPlan

ENOUGH = 3.0


class Replayed(Recorded):
    def __init__(self, plans: Sequence[CellPlan], options: Options, progress: Progress, listener: Listener) -> None:
        super().__init__(plans, options)
        self._progress, self._listener = progress, listener

    def start(self) -> None:
        self._listener(Opening(cluster="r0-1", column=Column("v3.7.15")))
        with self._progress.step("starting cluster r0-1"):
            began = time.monotonic()
        for plan in self._plans:
            history = f"task-result-lost-{plan.argo}-1"
            endless = plan.loaded.scenario.name.startswith(HANGS)
            for happening in told(history, ENOUGH if endless else float("inf"), cell=plan.id, began=began):
                self._listener(happening)
        super().start()

    def close(self) -> None:
        # a real one waits for its clusters; long enough that the board is drawn once more
        time.sleep(0.6 if Path("slow-to-close").exists() else 0.0)
        super().close()


def pytest_shakedown_campaign(
    plans: Sequence[CellPlan], options: Options, progress: Progress, listener: Listener
) -> Replayed:
    return Replayed(plans, options, progress, listener)
