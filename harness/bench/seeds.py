"""What a run of the seeds costs, and how exactly it hits: from the run's own cells."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.bench.calibration import busy_seconds, own_seconds
from harness.bench.figures import Figure
from harness.build.progress import Silent
from harness.history.reader import read
from harness.history.state import State
from harness.model.cells import CellResult
from harness.model.release import Release
from harness.oracles.judge import judge
from harness.run.campaign import Campaign
from harness.run.options import Options
from harness.run.plan import CellPlan, cells
from harness.scenario.load import discover, load_all


def measure(folder: Path, releases: Sequence[Release], runs: int) -> tuple[Figure, ...]:
    scenarios = [loaded for path in discover((folder,)) for loaded in load_all(path)]
    plans = cells(scenarios, releases)
    with tempfile.TemporaryDirectory(prefix="shakedown-bench-") as kept:
        rounds = [Round(plans, Path(kept) / str(number)) for number in range(runs)]
        for each in rounds:
            each.run()
        return tuple(figures(rounds))


class Round:
    """One run of all cells."""

    def __init__(self, plans: Sequence[CellPlan], folder: Path) -> None:
        self._plans = plans
        self._folder = folder
        self.results: tuple[CellResult, ...] = ()
        self.wall = self.own = self.machine = 0.0

    def run(self) -> None:
        wall, own, machine = time.monotonic(), own_seconds(), busy_seconds()
        campaign = Campaign(self._plans, Options(folder=self._folder, run=self._folder.name), Silent())
        campaign.start()
        try:
            self.results = tuple(campaign.result(plan) for plan in self._plans)
        finally:
            campaign.cancel("the measurement is over")
            campaign.close()
        self.wall = time.monotonic() - wall
        self.own, self.machine = own_seconds() - own, busy_seconds() - machine

    @property
    def histories(self) -> Iterator[Path]:
        return self._folder.rglob("history.jsonl")


def figures(rounds: Sequence[Round]) -> Iterator[Figure]:
    ran = [cell for each in rounds for cell in each.results if cell.artefacts is not None]
    landings = [landing for cell in ran for landing in cell.judgement.landings if landing.latency is not None]
    latencies = tuple(1000 * (landing.latency or 0.0) for landing in landings if landing.verb != "retry")
    yield Figure(name="seeds-on-two-releases", unit="s", values=tuple(each.wall for each in rounds), asked=180.0)
    yield Figure(name="event-to-fault-accepted", unit="ms", values=latencies, asked=30.0, asked_p99=150.0)
    yield Figure(
        name="decisive-event-to-verdict",
        unit="ms",
        values=tuple(1000 * cell.verdict_delay for cell in ran if not is_stuck(cell)),
        asked=100.0,
    )
    stuck = tuple(silence(cell) for cell in ran if is_stuck(cell))
    if stuck:
        yield Figure(name="last-event-to-stuck-verdict", unit="s", values=stuck, asked=15.0)
    yield Figure(
        name="harness-share-of-processor-time",
        unit="%",
        values=tuple(100 * each.own / each.machine for each in rounds),
        asked=10.0,
    )
    yield Figure(
        name="harness-processor-time-per-cell",
        unit="s",
        values=tuple(each.own / len(ran) * len(rounds) for each in rounds),
    )
    yield Figure(
        name="cells-per-minute", unit="1/min", values=tuple(60 * len(each.results) / each.wall for each in rounds)
    )
    sizes = [path.stat().st_size for each in rounds for path in each.histories]
    yield Figure(name="history-size", unit="kB", values=tuple(size / 1000 for size in sizes))
    yield Figure(
        name="events-judged", unit="1/s", values=tuple(judged(path) for each in rounds for path in each.histories)
    )


def is_stuck(cell: CellResult) -> bool:
    return cell.judgement.cause is not None


def silence(cell: CellResult) -> float:
    """Seconds from the last change of the workflow, its pods or results to the end of the history."""
    assert cell.artefacts is not None
    assert cell.artefacts.history is not None
    recording = read(cell.artefacts.history)
    state = State.of(recording.header)
    for entry in recording.entries():
        state.apply(entry)
    assert state.ended is not None
    assert state.last_change is not None
    return state.ended.t - state.last_change.t


def judged(path: Path) -> float:
    """Entries per second through reading and judging."""
    started = time.perf_counter()
    recording = read(path)
    entries = list(recording.entries())
    judge(recording.header, entries)
    return len(entries) / (time.perf_counter() - started)
