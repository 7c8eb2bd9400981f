"""The live view: told from any thread, shown in a thread of its own, at most four times a second.

Nothing here can end a run or make it wait. Whatever fails to be shown makes the view fall back to plain lines.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from harness.build.progress import Progress, Step
from harness.report.live.messages import (
    Message,
    Planned,
    Said,
    Settled,
    StepBegan,
    StepOver,
    StepShows,
    Stopping,
)
from harness.report.live.surfaces import Surface, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.model.cells import CellResult
    from harness.report.live.board import Board
    from harness.report.live.narration import Narrator
    from harness.run.happenings import Happening

REFRESH: Final = 0.25
"""Seconds between two looks at what has come in."""
PATIENCE: Final = 3.0
"""Seconds that a terminal which takes no more output is waited for at the end."""


class View(Progress, Protocol):
    """Shows a run. `say` works before `open` and after `close`, too."""

    def open(self) -> None: ...

    def happened(self, happening: Happening) -> None:
        """Something in the campaign; called on the way from an event to a fault."""

    def settled(self, result: CellResult, line: str) -> None:
        """A cell has its result, and `line` tells it."""

    def stopping(self) -> None:
        """What still runs is being ended."""

    def close(self) -> None:
        """Leaves the terminal to whatever comes next."""


class Plain:
    """Lines only, or none: for a session in which somebody else has the terminal, or nobody looks."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.plan, self.step, self.say = progress.plan, progress.step, progress.say

    def open(self) -> None:
        pass

    def happened(self, happening: Happening) -> None:
        pass

    def settled(self, result: CellResult, line: str) -> None:
        self.say(line)

    def stopping(self) -> None:
        pass

    def close(self) -> None:
        pass


class Live:
    """A board and its narrator on a surface; `stream` is for the plain lines that are left when that fails."""

    def __init__(self, board: Board, narrator: Narrator, surface: Surface, stream: TextIO) -> None:
        self._board, self._narrator = board, narrator
        self._surface, self._stream = surface, stream
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._over = threading.Event()
        self._broken = False
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        self._thread = threading.Thread(target=self._follow, name="live-view", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Once everything that was told is shown. A second Ctrl-C meanwhile must not leave the cursor hidden."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._over.set()
        try:
            thread.join(PATIENCE)
        finally:
            with suppress(OSError, ValueError):
                self._surface.close()

    def happened(self, happening: Happening) -> None:
        self._inbox.put(happening)

    def settled(self, result: CellResult, line: str) -> None:
        self._inbox.put(Settled(column=result.column, verdict=result.judgement.verdict, line=line))

    def stopping(self) -> None:
        self._inbox.put(Stopping())

    def plan(self, steps: Sequence[str]) -> None:
        self._inbox.put(Planned(steps=tuple(steps)))

    def say(self, text: str) -> None:
        if self._thread is not None:
            self._inbox.put(Said(text=text))
        else:
            self._write([text])

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        number, failed = next(self._numbers), True
        self._inbox.put(StepBegan(number=number, what=what, at=time.monotonic()))
        try:
            yield _Shown(number, self._inbox)
            failed = False
        finally:
            self._inbox.put(StepOver(number=number, at=time.monotonic(), failed=failed))

    def _follow(self) -> None:
        while not self._over.wait(REFRESH):
            self._turn()
        self._turn()

    def _turn(self) -> None:
        messages = list(self._drain())
        if self._broken:
            self._write([text for message in messages if (text := _plain(message))])
            return
        try:
            self._show(messages, time.monotonic())
        except Exception as error:
            self._give_up(messages, error)

    def _show(self, messages: Sequence[Message], now: float) -> None:
        lines: list[str] = []
        for message in messages:
            lines += self._narrator.lines(message, self._board)
            self._board.take(message)
        lines += self._narrator.explanations(self._board, now)
        self._surface.show(lines, self._board, now)

    def _drain(self) -> Iterator[Message]:
        with suppress(queue.Empty):
            while True:
                yield self._inbox.get_nowait()

    def _give_up(self, messages: Sequence[Message], error: Exception) -> None:
        self._broken = True
        with suppress(OSError, ValueError):
            self._surface.close()
        told = [text for message in messages if (text := _plain(message))]
        self._write([f"the live view failed ({error!r}); going on with plain lines", *told])

    def _write(self, lines: Sequence[str]) -> None:
        """A terminal that is gone shows nothing more, and the run has its reports."""
        with suppress(OSError, ValueError):
            write(self._stream, lines)


class _Shown:
    def __init__(self, number: int, inbox: queue.SimpleQueue[Message]) -> None:
        self._number = number
        self._inbox = inbox

    def show(self, detail: str) -> None:
        self._inbox.put(StepShows(number=self._number, detail=detail))


def _plain(message: Message) -> str:
    match message:
        case Said(text=text) | Settled(line=text):
            return text
    return ""
