"""The lines that stay on the screen while a run goes: finished cells, a cell that is followed, why a trigger waits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from harness.build.progress import duration
from harness.model.events import AnyEntry, Ended, Seen, Stage, StepChanged
from harness.model.objects import ClusterEvent
from harness.report.live.messages import Message, Planned, Said, Settled, StepOver
from harness.report.timeline import Teller
from harness.run.happenings import Began, Entered, Left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.live.board import Board, Doing, Following

EXPLAIN_EVERY: Final = 1.0
"""Seconds between two explanations of one step: a trigger that waits may change its mind with every event."""
WORTH_A_LINE: Final = 10.0
"""Seconds that a step of preparation takes at least if its end is told."""
_CLOCKS: Final = re.compile(r"[+-]?\d+\.\d+ s\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """`watch`: names of the cells that are followed event by event. `explain`: why triggers wait."""

    watch: frozenset[str] = frozenset()
    explain: bool = False


@dataclass(slots=True)
class _Explained:
    text: str = ""
    at: float = float("-inf")


@dataclass(slots=True)
class _Watched:
    cell: str
    teller: Teller = field(default_factory=Teller)


class Narrator:
    """Asked before the board takes the same message."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._watched: dict[str, _Watched] = {}
        self._explained: dict[str, _Explained] = {}

    def lines(self, message: Message, board: Board) -> Iterator[str]:
        match message:
            case Said(text=text):
                yield text
            case Settled(line=line):
                yield line
            case Planned(steps=steps) if steps:
                yield f"to be made: {', '.join(steps)}"
            case StepOver(number=number) if number in board.doing:
                yield from _made(board.doing[number], message)
            case Began() if message.cell in self._wishes.watch:
                self._watched[message.id] = _Watched(self._label(message))
                yield f"== {message.cell} attempt {message.attempt}, namespace {message.id}"
            case Entered(id=name, entry=entry) if name in board.attempts:
                yield from self._entry(name, entry, board.attempts[name])
            case Left(id=name):
                self._watched.pop(name, None)
                self._explained.pop(name, None)

    def explanations(self, board: Board, now: float) -> Iterator[str]:
        """What armed triggers wait for, where that is news and the last time is long enough ago."""
        for name, attempt in board.attempts.items() if self._wishes.explain else ():
            last = self._explained.setdefault(name, _Explained())
            if now - last.at < EXPLAIN_EVERY:
                continue
            waits = attempt.waiting(now)
            if waits.step is not None and _timeless(waits.what) != last.text:
                self._explained[name] = _Explained(_timeless(waits.what), now)
                yield f"?? {attempt.clock(now):+9.3f}s  {attempt.name} {waits.what}"

    def _label(self, began: Began) -> str:
        """With several cells to follow each line says whose it is."""
        return f"{began.cell}  " if len(self._wishes.watch) > 1 else ""

    def _entry(self, name: str, entry: AnyEntry, attempt: Following) -> Iterator[str]:
        watched = self._watched.get(name)
        if watched is not None and _telling(entry):
            yield from (f"{watched.cell}{line}" for line in watched.teller.lines(_timed(entry, attempt)))
        if self._wishes.explain:
            yield from _end_of_waiting(entry, attempt, told=watched is not None)


def _made(doing: Doing, over: StepOver) -> Iterator[str]:
    """What was quick is not worth a line."""
    took = over.at - doing.at
    if over.failed or took >= WORTH_A_LINE:
        yield f"{doing.what}: {'failed after' if over.failed else 'done in'} {duration(took)}"


def _telling(entry: AnyEntry) -> bool:
    """Kubernetes tells of everything that goes well, too."""
    return not (isinstance(entry, Seen) and isinstance(entry.object, ClusterEvent) and entry.object.type == "Normal")


def _timed(entry: AnyEntry, attempt: Following) -> AnyEntry:
    """A step's entry with the time since its trigger."""
    if not isinstance(entry, StepChanged) or entry.stage not in (Stage.ACCEPTED, Stage.LANDED):
        return entry
    trace = attempt.state.steps.get(entry.step)
    if trace is None or trace.triggered is None:
        return entry
    latency = f"{1000 * (entry.t - trace.triggered.t):.1f} ms after its trigger"
    return replace(entry, detail=f"{latency}; {entry.detail}" if entry.detail else latency)


def _end_of_waiting(entry: AnyEntry, attempt: Following, *, told: bool) -> Iterator[str]:
    """In full: what a report has to cut. `told`: that it fires has been said."""
    match entry:
        case StepChanged(stage=Stage.NOT_DRAWN | Stage.ARMED, detail=draw) if draw and not told:
            step = attempt.began.scenario.step_name(entry.step)
            yield f"-- {entry.t:+9.3f}s  {attempt.name} {step} is {draw}"
        case StepChanged(stage=Stage.TRIGGERED) if not told:
            step = attempt.began.scenario.step_name(entry.step)
            yield f">> {entry.t:+9.3f}s  {attempt.name} {step} fires: {entry.detail}"
        case StepChanged(stage=Stage.MISSED):
            step = attempt.began.scenario.step_name(entry.step)
            yield f"!! {entry.t:+9.3f}s  {attempt.name} {step} missed: {entry.detail}"
        case Ended() if step := _unfired(attempt):
            yield f"!! {entry.t:+9.3f}s  {attempt.name} {step} never fired: {entry.detail}"


def _unfired(attempt: Following) -> str:
    """The name of the step that is armed still."""
    steps = attempt.state.steps.items()
    armed = (i for i, trace in steps if not (trace.triggered or trace.not_drawn or trace.problem))
    return next((attempt.began.scenario.step_name(index) for index in armed), "")


def _timeless(text: str) -> str:
    """Without what changes by itself, so that a clock is not taken for news."""
    return _CLOCKS.sub("", text)
