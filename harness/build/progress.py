"""A cold start takes minutes; whoever waits must see what is being made, for how long already, and what is left."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Protocol, TextIO

import rich.console
import rich.progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE_EVERY: Final = 10.0
"""Seconds between two lines of a step in a log file: often enough to see life, rare enough to read."""


class Step(Protocol):
    """One thing being made."""

    def show(self, detail: str) -> None:
        """What the step is doing now."""


class Progress(Protocol):
    """Told by whoever makes things; shown as the terminal allows."""

    def plan(self, steps: Sequence[str]) -> None:
        """What will be made, in order, so that 'k of n' can be told."""

    def step(self, what: str) -> AbstractContextManager[Step]:
        """Encloses the making of one thing."""

    def say(self, text: str) -> None:
        """A line that stays."""


class Silent:
    """Shows nothing; for callers that have no one to show it to."""

    def plan(self, steps: Sequence[str]) -> None:
        pass

    def say(self, text: str) -> None:
        pass

    def show(self, detail: str) -> None:
        pass

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        yield self


class Count:
    """Numbers the steps; steps that were not planned are shown without a number."""

    def __init__(self) -> None:
        self._planned: list[str] = []

    def plan(self, steps: Sequence[str]) -> None:
        self._planned = list(steps)

    def label(self, what: str) -> str:
        if what not in self._planned:
            return what
        return f"[{self._planned.index(what) + 1}/{len(self._planned)}] {what}"


class Lines:
    """For a log file or a pipe: a line at the start of a step, one every ten seconds, one at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._count = Count()

    def plan(self, steps: Sequence[str]) -> None:
        self._count.plan(steps)
        if steps:
            self.say("to be made: " + ", ".join(steps))

    def say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        label = self._count.label(what)
        with _LineStep(label, self.say) as step:
            yield step


class _LineStep:
    def __init__(self, label: str, say: _Say) -> None:
        self._label = label
        self._say = say
        self._detail = ""
        self._over = threading.Event()
        self._started = time.monotonic()
        self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)

    def show(self, detail: str) -> None:
        self._detail = detail

    def __enter__(self) -> _LineStep:
        self._say(f"{self._label} ...")
        self._ticker.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._over.set()
        self._ticker.join()
        self._say(f"{self._label}: {'done in' if kind is None else 'failed after'} {self._elapsed()}")

    def _tick(self) -> None:
        while not self._over.wait(_LINE_EVERY):
            self._say(f"{self._label}: {self._elapsed()}" + (f", {self._detail}" if self._detail else ""))

    def _elapsed(self) -> str:
        return duration(time.monotonic() - self._started)


class Terminal:
    """For a person at a terminal: one live line with spinner and clock."""

    def __init__(self, console: rich.console.Console) -> None:
        self._console = console
        self._count = Count()

    def plan(self, steps: Sequence[str]) -> None:
        self._count.plan(steps)

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        label, started = self._count.label(what), time.monotonic()
        with _live(self._console) as live:
            yield _LiveStep(live, live.add_task(label, detail="", total=None))
        self.say(f"{label}: done in {duration(time.monotonic() - started)}")


class _LiveStep:
    def __init__(self, live: rich.progress.Progress, task: rich.progress.TaskID) -> None:
        self._live = live
        self._task = task

    def show(self, detail: str) -> None:
        self._live.update(self._task, detail=detail)


class _Say(Protocol):
    def __call__(self, text: str) -> None: ...


def _live(console: rich.console.Console) -> rich.progress.Progress:
    return rich.progress.Progress(
        rich.progress.SpinnerColumn(),
        rich.progress.TextColumn("{task.description}", markup=False),
        rich.progress.TimeElapsedColumn(),
        rich.progress.TextColumn("{task.fields[detail]}", markup=False, style="dim"),
        console=console,
        transient=True,
    )


def to(stream: TextIO | None = None) -> Progress:
    """Progress for a stream, by default standard error."""
    stream = stream or sys.stderr
    return Terminal(rich.console.Console(file=stream)) if interactive(stream) else Lines(stream)


def interactive(stream: TextIO) -> bool:
    """Whether lines can be drawn over: FORCE_COLOR makes no terminal of a log file, and a dumb one cannot do it."""
    return stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown", "")


def duration(seconds: float) -> str:
    """`0.4 s`, `38 s`, `4 min 9 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
