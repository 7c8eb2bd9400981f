"""A whole run: clusters side by side, in each the cells that may share it at once, then those that must be alone."""

import itertools
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from harness import __version__
from harness.build.progress import Progress
from harness.model.cells import CellResult
from harness.model.errors import ClusterFailed, HarnessError, InstallFailed
from harness.model.verdicts import Judgement, Verdict
from harness.run import ground, headers
from harness.run.attempt import Attempt, attempt, worth_repeating
from harness.run.plan import CellPlan, ClusterPlan, clusters
from harness.run.site import Site

if TYPE_CHECKING:
    from harness.run.cell import Cell


CLUSTER_REPEATS = 1
"""How often a cluster that failed is replaced by a new one: a busy machine makes one fail now and then."""
REASON_LENGTH = 400


def one_line(error: Exception) -> str:
    """The error as a grid cell can hold it."""
    text = " ".join(str(error).split())
    return text if len(text) <= REASON_LENGTH else f"{text[:REASON_LENGTH]}..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`together` bounds the cells at once in one cluster, `clusters` the clusters at once; `repeats` is how often an
    inconclusive cell is tried again."""

    folder: Path
    run: str
    provider: str = "local"
    kubernetes: str = "v1.33.13"
    nodes: int = 2
    clusters: int = 2
    together: int = 6
    repeats: int = 1


class Campaign:
    """Runs cells in the background. `result` waits for one; `cancel` ends all that is left as soon as possible."""

    def __init__(self, plans: Iterable[CellPlan], options: Options, progress: Progress) -> None:
        self._plans = tuple(plans)
        self._options = options
        self._progress = progress
        self._results: dict[str, Future[CellResult]] = {plan.id: Future() for plan in self._plans}
        self._running: dict[str, Cell] = {}
        self._cancelled = threading.Event()
        self._numbers = itertools.count(1)
        self._pool = ThreadPoolExecutor(max_workers=options.clusters, thread_name_prefix="cluster")
        self._groups: list[Future[None]] = []
        self.on_result: Callable[[CellResult], None] = lambda _: None

    def start(self) -> None:
        for plan in self._plans:
            if plan.skipped is not None:
                self._settle(plan, Judgement(verdict=Verdict.SKIPPED, reason=plan.skipped))
        self._groups = [self._pool.submit(self._run_group, group) for group in clusters(self._plans)]

    def result(self, plan: CellPlan, patience: float | None = None) -> CellResult:
        """The result of a cell, waiting for it; TimeoutError if it takes longer than `patience` seconds."""
        return self._results[plan.id].result(patience)

    def waiting_for(self, plan: CellPlan) -> str:
        cell = self._running.get(plan.id)
        return cell.waiting_for if cell is not None else "a free place"

    def cancel(self, why: str) -> None:
        self._cancelled.set()
        for cell in list(self._running.values()):
            cell.cancel(why)
        for future in self._groups:
            future.cancel()

    def close(self) -> None:
        """Waits until every cluster is gone."""
        wait(self._groups)
        self._pool.shutdown()

    def _run_group(self, group: ClusterPlan) -> None:
        """Every cell of the group gets a result, whatever happens."""
        failures = 0
        try:
            while (left := self._left(group)) and not self._cancelled.is_set():
                try:
                    self._run_in_one_cluster(group, left)
                except (ClusterFailed, InstallFailed) as error:
                    failures += 1
                    if failures > CLUSTER_REPEATS:
                        raise
                    self._progress.say(f"{group.name}: {one_line(error)}; trying with a new cluster")
        except HarnessError as error:
            self._settle_all(group, Judgement(verdict=Verdict.INFRA, reason=one_line(error)))
        except Exception as error:
            self._settle_all(group, Judgement(verdict=Verdict.INFRA, reason=f"the harness failed: {error!r}"))
            raise
        self._settle_all(group, Judgement(verdict=Verdict.INCONCLUSIVE, reason="not run: the run was stopped"))

    def _left(self, group: ClusterPlan) -> list[CellPlan]:
        return [plan for plan in group.cells if not self._results[plan.id].done()]

    def _run_in_one_cluster(self, group: ClusterPlan, left: list[CellPlan]) -> None:
        """Runs what it can; what a fault that could not be healed leaves over has no result yet."""
        name = f"{self._options.run}-{next(self._numbers)}"
        options = self._options
        with ground.opened(group, name, options.kubernetes, options.nodes, self._progress) as site:
            together = [plan for plan in left if not plan.alone]
            with ThreadPoolExecutor(max_workers=options.together, thread_name_prefix=f"cell-{group.argo}") as pool:
                list(pool.map(lambda plan: self._run_cell(plan, site), together))
            for plan in (plan for plan in left if plan.alone):
                if not self._run_cell(plan, site):
                    return

    def _run_cell(self, plan: CellPlan, site: Site) -> bool:
        """Runs the cell to its end; False if the cluster is unfit for another one afterwards."""
        earlier: list[Judgement] = []
        for number in range(self._options.repeats + 1):
            if self._cancelled.is_set():
                return False
            tried = self._try(plan, site, number)
            if not worth_repeating(tried.judgement) or tried.unhealed or number == self._options.repeats:
                self._settle(plan, tried.judgement, tried, tuple(earlier))
                return not tried.unhealed
            earlier.append(tried.judgement)
        return True

    def _try(self, plan: CellPlan, site: Site, number: int) -> Attempt:
        scenario = plan.loaded.scenario
        folder = self._options.folder / "cells" / scenario.name / str(plan.argo)
        namespace = f"s{next(self._numbers)}-{scenario.name.replace('@', '-')}"
        header = headers.header(plan, site, namespace)
        try:
            return attempt(
                plan,
                site,
                folder / f"attempt-{number + 1}" if number else folder,
                namespace,
                header,
                lambda cell: self._running.update({plan.id: cell}),
            )
        finally:
            self._running.pop(plan.id, None)

    def _settle_all(self, group: ClusterPlan, judgement: Judgement) -> None:
        for plan in group.cells:
            if not self._results[plan.id].done():
                self._settle(plan, judgement)

    def _settle(
        self, plan: CellPlan, judgement: Judgement, tried: Attempt | None = None, earlier: tuple[Judgement, ...] = ()
    ) -> None:
        scenario, now = plan.loaded.scenario, time()
        result = CellResult(
            scenario=scenario.name,
            title=scenario.title,
            source=plan.loaded.path,
            line=plan.line,
            tags=scenario.tags,
            links=scenario.links,
            verbs=tuple(step.verb for step in scenario.method),
            argo=str(plan.argo),
            kubernetes=self._options.kubernetes,
            provider=self._options.provider,
            namespace=tried.namespace if tried else "",
            judgement=judgement,
            started=tried.started if tried else now,
            finished=tried.finished if tried else now,
            artefacts=tried.artefacts if tried else None,
            earlier=earlier,
            verdict_delay=tried.verdict_delay if tried else 0.0,
        )
        self._results[plan.id].set_result(result)
        self.on_result(result)


__all__ = ["Campaign", "Options", "__version__"]
