"""A whole run: clusters side by side, in each the cells that may share it at once, then those that must be alone."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from harness.argo import build as argo_build
from harness.build.progress import Progress
from harness.cluster import keeping
from harness.cluster.protocol import ClusterSpec
from harness.cluster.providers import provider
from harness.model.cells import CellResult
from harness.model.errors import ClusterFailed, HarnessError, InstallFailed, UsageError
from harness.model.verdicts import Judgement, Verdict
from harness.run import ground, headers, lodging, permission, preparing
from harness.run.attempt import Attempt, attempt
from harness.run.cell import Cell
from harness.run.happenings import Began, Entered, Left, Listener, Opening, Teller
from harness.run.options import Options
from harness.run.plan import CellPlan, ClusterPlan, clusters
from harness.run.recording import Recording
from harness.run.repeating import Runs, Turn, lanes, unrun
from harness.run.site import Site

CLUSTER_REPEATS = 1
"""How often a cluster that failed is replaced by a new one: a busy machine makes one fail now and then."""
REASON_LENGTH = 400
NOT_RUN = Judgement(verdict=Verdict.INCONCLUSIVE, reason="not run: the run was stopped")


def refuse_twins(plans: Iterable[CellPlan]) -> None:
    counted = Counter(plan.id for plan in plans)
    twins = [name for name, number in counted.items() if number > 1]
    if twins:
        raise UsageError(f"two scenarios have one name: {', '.join(twins)}", cure="give each a name of its own")


def one_line(error: Exception) -> str:
    """The error as a grid cell can hold it."""
    text = " ".join(str(error).split())
    return text if len(text) <= REASON_LENGTH else f"{text[:REASON_LENGTH]}..."


class Campaign:
    """Runs cells in the background. `result` waits for one; `cancel` ends all that is left as soon as possible."""

    def __init__(
        self, plans: Iterable[CellPlan], options: Options, progress: Progress, listener: Listener | None = None
    ) -> None:
        """Raises UsageError for two cells of one name: the result of one would stand for both."""
        self._plans = tuple(plans)
        refuse_twins(self._plans)
        self._options = options
        self._progress = progress
        self._provider = provider(options.provider, options.claim)
        self._tell = Teller(listener)
        self._results: dict[str, Future[CellResult]] = {plan.id: Future() for plan in self._plans}
        self._running: dict[str, Cell] = {}
        self._cancelled = threading.Event()
        self._numbers = itertools.count(1)
        abreast = 1 if options.claim else options.clusters
        self._pool = ThreadPoolExecutor(max_workers=abreast, thread_name_prefix="cluster")
        self._groups: list[Future[None]] = []
        self._kept: dict[str, str] = {}
        self._runs = {plan.id: Runs(plan, options) for plan in self._plans}
        self.on_result: Callable[[CellResult], None] = lambda _: None

    def prepare(self) -> Mapping[str, str]:
        """Builds what is missing; see `preparing.prepare`."""
        plans = [plan for plan in self._plans if plan.skipped is None]
        wanted = [plan.argo for plan in plans] + [release for plan in plans for release in plan.swaps]
        kubernetes = [] if self._options.claim else [plan.kubernetes for plan in plans]
        told = preparing.prepare(self._provider, wanted, kubernetes, self._progress)
        if self._options.claim:
            actions = [step.action for plan in plans for step in plan.loaded.scenario.method]
            builds = filter(None, map(argo_build.find, dict.fromkeys(wanted)))
            permission.permit_all(self._options.claim, actions, self._options.installed, builds)
            if self._options.installed is None:
                lodging.refuse_disturbing(self._options.claim, wanted)
        return told

    def start(self) -> None:
        for plan in self._plans:
            if plan.skipped is not None:
                skipped = Judgement(verdict=Verdict.SKIPPED, reason=plan.skipped)
                self._settle(plan, unrun(plan, self._options, skipped))
        self._groups = [self._pool.submit(self._run_group, group) for group in clusters(self._plans)]

    def result(self, plan: CellPlan, patience: float | None = None) -> CellResult:
        """The result of a cell, waiting for it; TimeoutError if it takes longer than `patience` seconds."""
        return self._results[plan.id].result(patience)

    def cancel(self, why: str) -> None:
        self._cancelled.set()
        for cell in list(self._running.values()):
            cell.cancel(why)
        for future in self._groups:
            future.cancel()

    def close(self) -> None:
        """Waits until every cluster is gone, or left to the next run; then every cell has a result."""
        wait(self._groups)
        self._pool.shutdown()
        for told in self._stay():
            self._progress.say(told)
        if self._tell.trouble:
            self._progress.say(self._tell.trouble)
        for plan in self._plans:
            if not self._results[plan.id].done():
                self._settle(plan, self._runs[plan.id].result(NOT_RUN))

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

    def _left(self, group: ClusterPlan) -> list[CellPlan]:
        return [plan for plan in group.cells if not self._results[plan.id].done()]

    def _run_in_one_cluster(self, group: ClusterPlan, left: list[CellPlan]) -> None:
        """Runs what it can; what a fault that could not be healed leaves over has no result yet."""
        name = f"{self._options.run}-{next(self._numbers)}"
        options = self._options
        self._tell(Opening(cluster=name, column=group.column))
        wanted = ClusterSpec(
            name=name,
            nodes=options.nodes,
            kubernetes=group.kubernetes,
            persistent=options.keep,
            source=options.images,
        )
        with ground.opened(group, wanted, self._provider, self._progress, options.installed) as site:
            if options.keep:
                self._kept[site.cluster.name] = str(site.cluster.kubeconfig)
            together = [self._runs[plan.id] for plan in left if not plan.alone]
            with ThreadPoolExecutor(max_workers=options.together, thread_name_prefix=f"cell-{group.column.id}") as pool:
                list(pool.map(lambda runs: self._run_cell(runs, site), lanes(together, options.together)))
            for plan in (plan for plan in left if plan.alone):
                if not self._run_cell(self._runs[plan.id], site):
                    return

    def _stay(self) -> Iterable[str]:
        """Of the clusters that were used, those that are still there."""
        for name in (name for name in keeping.names() if name in self._kept):
            yield (
                f"cluster {name} stays: export KUBECONFIG={self._kept[name]}; `shakedown cluster down {name}` ends it"
            )

    def _run_cell(self, runs: Runs, site: Site) -> bool:
        """Runs the cell while that is wanted; False if the cluster is unfit for another one afterwards."""
        fit = True
        while fit and not self._cancelled.is_set():
            with runs.next() as turn:
                if turn is None:
                    break
                if runs.plan.untraceable:
                    site.spoil(f"what {runs.plan.id} did in it is not known to be undone")
                tried = self._try(runs.plan, site, turn)
                runs.add(turn, tried)
            if tried.unhealed:
                site.spoil(f"{runs.plan.id} left in it what could not be undone: {'; '.join(tried.unhealed)}")
            fit = not tried.unhealed
        if runs.finished():
            self._settle(runs.plan, runs.result(NOT_RUN))
        return fit and not self._cancelled.is_set()

    def _try(self, plan: CellPlan, site: Site, turn: Turn) -> Attempt:
        scenario = plan.loaded.scenario
        folder = self._options.folder / "cells" / scenario.name / plan.column.id
        namespace = f"{site.prefix}s{next(self._numbers)}-{scenario.name.replace('@', '-')}"[:63].rstrip("-")
        header = headers.header(plan, site, namespace, turn.run)
        try:
            return attempt(
                plan,
                site,
                folder / f"attempt-{turn.attempt}" if turn.attempt > 1 else folder,
                namespace,
                header,
                lambda cell, recording: self._begin(plan, turn.attempt, cell, recording),
            )
        finally:
            self._running.pop(namespace, None)
            self._tell(Left(id=namespace))

    def _begin(self, plan: CellPlan, number: int, cell: Cell, recording: Recording) -> None:
        scenario, header = plan.loaded.scenario, recording.header
        name = header.namespace
        self._running[name] = cell
        self._tell(
            Began(
                id=name,
                cell=plan.id,
                column=plan.column,
                scenario=scenario,
                header=header,
                attempt=number,
                began=recording.began,
            )
        )
        recording.follow(lambda entry: self._tell(Entered(id=name, entry=entry)))

    def _settle_all(self, group: ClusterPlan, judgement: Judgement) -> None:
        for plan in group.cells:
            if not self._results[plan.id].done():
                self._settle(plan, unrun(plan, self._options, judgement))

    def _settle(self, plan: CellPlan, result: CellResult) -> None:
        self._results[plan.id].set_result(result)
        try:
            self.on_result(result)
        except Exception as error:
            # a report that cannot be written now is written again at the end; the other cells must go on
            self._progress.say(f"{plan.id}: its result could not be reported: {error!r}")
