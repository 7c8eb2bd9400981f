"""The runs of one cell: taken by as many threads as there is room for, until nothing more is to be learnt."""

import itertools
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypedDict

from harness.model.cells import CellResult
from harness.model.repetition import Run
from harness.model.verdicts import Judgement
from harness.oracles import repetition
from harness.run.attempt import Attempt
from harness.run.options import Options
from harness.run.plan import CellPlan


class Told(TypedDict):
    """The fields of a result that are known before anything is run."""

    scenario: str
    title: str
    source: Path
    line: int
    tags: tuple[str, ...]
    links: tuple[str, ...]
    verbs: tuple[str, ...]
    argo: str
    kubernetes: str
    several: bool
    provider: str


class Turn(NamedTuple):
    """One run that is wanted: `attempt` counts all that are made, `run` those that tell something, both from 1.

    A run that told nothing is made again under its number, so that it draws again what it has drawn: else a fault that
    never lands would be tried until it is not drawn, and its cell come out green.
    """

    attempt: int
    run: int


class Runs:
    """Turns are handed out in order; what was tried is kept in the order in which it ended."""

    def __init__(self, plan: CellPlan, options: Options) -> None:
        self.plan = plan
        self._options = options
        self._lock = threading.Lock()
        self._tried: list[Attempt] = []
        self._attempts = 0
        self._fresh = itertools.count(1)
        self._in_vain: list[int] = []
        self._told_by: set[int] = set()
        self._under_way = 0
        self._began: float | None = None
        self._told = False

    @contextmanager
    def next(self) -> Iterator[Turn | None]:
        """A run that is wanted now, None if there is none; it is under way until the context ends."""
        turn = self._take()
        try:
            yield turn
        finally:
            if turn is not None:
                self._give_back(turn)

    def _give_back(self, turn: Turn) -> None:
        with self._lock:
            self._under_way -= 1
            if turn.run not in self._told_by:
                self._in_vain.append(turn.run)

    def _take(self) -> Turn | None:
        with self._lock:
            self._began = time.monotonic() if self._began is None else self._began
            if self._missing() <= self._under_way:
                return None
            self._under_way += 1
            self._attempts += 1
            return Turn(self._attempts, self._in_vain.pop(0) if self._in_vain else next(self._fresh))

    def add(self, turn: Turn, tried: Attempt) -> None:
        with self._lock:
            self._tried.append(tried)
            if not self._said(tried).in_vain:
                self._told_by.add(turn.run)

    def finished(self) -> bool:
        """True once, for whoever finds that nothing more is wanted or under way."""
        with self._lock:
            over = not self._told and bool(self._tried) and not self._under_way and not self._missing()
            self._told |= over
            return over

    @property
    def wanted(self) -> int:
        with self._lock:
            return self._missing()

    def _missing(self) -> int:
        elapsed = 0.0 if self._began is None else time.monotonic() - self._began
        return repetition.wanted(self._options.repeat, [self._said(tried) for tried in self._tried], elapsed)

    def _said(self, tried: Attempt) -> repetition.Said:
        return repetition.said(self._options.repeat, tried.judgement)

    def result(self, unless_run: Judgement) -> CellResult:
        """What the runs add up to, with the evidence and the times of the one that stands for them."""
        if not self._tried:
            return unrun(self.plan, self._options, unless_run)
        repeat, judgements = self._options.repeat, [tried.judgement for tried in self._tried]
        runs = [self._said(tried) for tried in self._tried]
        speaker = self._tried[repetition.spokesman(runs)]
        return CellResult(
            **told(self.plan, self._options),
            namespace=speaker.namespace,
            judgement=repetition.together(repeat, judgements),
            started=speaker.started,
            finished=speaker.finished,
            artefacts=speaker.artefacts,
            earlier=tuple(
                judgement
                for judgement, run in zip(judgements, runs, strict=True)
                if judgement is not speaker.judgement and run.in_vain
            ),
            verdict_delay=speaker.verdict_delay,
            repetition=repetition.summary(repeat, [run_of(*pair) for pair in zip(self._tried, runs, strict=True)]),
        )


def lanes(cells: Iterable[Runs], together: int) -> Iterator[Runs]:
    """Each cell as often as it can use a thread, the first run of all before the second of any."""
    wanted = [(runs, min(runs.wanted, together)) for runs in cells]
    for number in range(together):
        yield from (runs for runs, lanes in wanted if lanes > number)


def told(plan: CellPlan, options: Options) -> Told:
    """Who the cell is."""
    scenario = plan.loaded.scenario
    return Told(
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
        provider=options.provider,
    )


def unrun(plan: CellPlan, options: Options, judgement: Judgement) -> CellResult:
    now = time.time()
    return CellResult(
        **told(plan, options), namespace="", judgement=judgement, started=now, finished=now, artefacts=None
    )


def run_of(tried: Attempt, said: repetition.Said) -> Run:
    return Run(
        verdict=tried.judgement.verdict,
        reason=tried.judgement.reason,
        seconds=round(tried.finished - tried.started, 3),
        history=tried.artefacts.history,
        left_out=said.left_out,
    )
