"""Where every thread puts what it has for a cell, so that one thread alone writes the history."""

import queue
import time
from dataclasses import dataclass

from harness.cluster.apifaults import ApiTouch
from harness.run.healing import Healed
from harness.run.method import Accepted, Fired
from harness.run.site import KernelKillSeen
from harness.run.watching import Away, Line, Lost


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRan:
    step: int
    argv: tuple[str, ...]
    exit_code: int
    output: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSwitched:
    host: str
    on: bool
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WasRead:
    step: int
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiWasTouched:
    step: int
    touch: ApiTouch


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Somebody wants the cell to end now."""

    why: str


Fact = Line | Lost | KernelKillSeen | CommandRan | PowerSwitched | WasRead | ApiWasTouched
Inbound = Fact | Away | Accepted | Fired | Healed | Cancelled


class Inbox:
    """A callable, so that watches can use it as their sink."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Inbound] = queue.SimpleQueue()

    def __call__(self, message: Inbound, /) -> None:
        self._queue.put(message)

    def get(self, timeout: float) -> Inbound | None:
        try:
            return self._queue.get(timeout=max(timeout, 0.0))
        except queue.Empty:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepJournal:
    """Hands the facts that a fault reports to the inbox."""

    step: int
    inbox: Inbox

    def command(self, argv: tuple[str, ...], exit_code: int, output: str, seconds: float) -> None:
        self.inbox(CommandRan(step=self.step, argv=argv, exit_code=exit_code, output=output, seconds=seconds))

    def accepted(self, detail: str) -> None:
        self.inbox(Accepted(step=self.step, at=time.monotonic(), detail=detail))

    def node_power(self, host: str, *, on: bool, processes: int) -> None:
        self.inbox(PowerSwitched(host=host, on=on, processes=processes))

    def read_back(self, subject: str, *, before: str = "", after: str) -> None:
        self.inbox(WasRead(step=self.step, subject=subject, before=before, after=after))

    def api_touched(self, touch: ApiTouch) -> None:
        self.inbox(ApiWasTouched(step=self.step, touch=touch))
