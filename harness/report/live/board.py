"""What is going on in a run right now: the fold of everything that the live view was told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.build.progress import Count
from harness.history.state import State
from harness.report.live.messages import Message, Planned, Settled, StepBegan, StepOver, StepShows, Stopping
from harness.run.happenings import Began, Entered, Left, Opening
from harness.run.waiting import Waiting, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.model.column import Column
    from harness.model.verdicts import Verdict


@dataclass(slots=True)
class Tally:
    """The cells of one column of the grid."""

    total: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        return self.verdicts.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """A step of preparation that is under way."""

    what: str
    at: float
    detail: str = ""


class Following:
    """One attempt under way: its history so far, folded a second time so that its own thread is left in peace."""

    def __init__(self, began: Began) -> None:
        self.began = began
        self.state = State.of(began.header)

    def waiting(self, now: float) -> Waiting:
        return waiting(self.began.scenario, self.state, self.clock(now))

    def clock(self, now: float) -> float:
        """A moment of `time.monotonic()` on the history's clock, which never runs behind its last entry."""
        return max(now - self.began.began, self.state.t)

    @property
    def name(self) -> str:
        number = f" #{self.began.attempt}" if self.began.attempt > 1 else ""
        return f"{self.began.cell}{number}"


class Board:
    """Used by the view's own thread only. `releases` keep the order in which they were asked for."""

    def __init__(self, columns: Iterable[Column], began: float) -> None:
        """One column of the grid for each cell."""
        self.began = began
        self.releases: dict[Column, Tally] = {}
        for column in columns:
            self.releases.setdefault(column, Tally()).total += 1
        self.attempts: dict[str, Following] = {}
        self.doing: dict[int, Doing] = {}
        self.stopping = False
        self._clusters: dict[str, Column] = {}
        self._count = Count()

    @property
    def total(self) -> int:
        return sum(tally.total for tally in self.releases.values())

    @property
    def done(self) -> int:
        return sum(tally.done for tally in self.releases.values())

    def take(self, message: Message) -> None:
        match message:
            case Began(id=name):
                self.attempts[name] = Following(message)
            case Entered(id=name, entry=entry) if name in self.attempts:
                self.attempts[name].state.apply(entry)
            case Left(id=name):
                self.attempts.pop(name, None)
            case Settled(column=column, verdict=verdict):
                self.releases.setdefault(column, Tally(total=1)).verdicts[verdict] += 1
            case Opening(cluster=cluster, column=column):
                self._clusters[cluster] = column
            case Planned(steps=steps):
                self._count.plan(steps)
            case StepBegan(number=number):
                self.doing[number] = Doing(what=self._label(message.what), at=message.at)
            case StepShows(number=number, detail=detail) if number in self.doing:
                self.doing[number] = replace(self.doing[number], detail=detail)
            case StepOver(number=number):
                self.doing.pop(number, None)
            case Stopping():
                self.stopping = True

    def _label(self, what: str) -> str:
        column = next((column for cluster, column in self._clusters.items() if cluster in what.split()), None)
        return self._count.label(what) + (f" for {column}" if column else "")
