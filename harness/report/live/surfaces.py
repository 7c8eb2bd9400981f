"""Where the live view shows itself: a terminal that can be drawn over, or a log file that can only grow."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TextIO

import rich.console
import rich.live

from harness.report.live import drawing
from harness.report.live.heartbeat import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.report.live.board import Board


class Surface(Protocol):
    """Used by the view's thread, and closed by whoever closes the view; closing twice does no harm."""

    def show(self, lines: Sequence[str], board: Board, now: float) -> None:
        """Adds the lines, and shows how things stand now."""

    def close(self) -> None:
        """Leaves the terminal as it was found."""


class Screen:
    """Lines scroll up above the board, which is drawn anew in its place."""

    def __init__(self, console: rich.console.Console) -> None:
        self._console = console
        self._live = rich.live.Live(
            console=console,
            auto_refresh=False,
            transient=True,
            # what a library prints must not end up in the middle of the board, nor in another file
            redirect_stdout=sys.stdout.isatty(),
        )
        self._closed = False

    def show(self, lines: Sequence[str], board: Board, now: float) -> None:
        if self._closed:
            return
        if not self._live.is_started:
            self._live.start()
        for text in lines:
            self._console.print(drawing.line(text), soft_wrap=True)
        height, ascii_only = self._console.height, self._console.options.ascii_only
        self._live.update(drawing.draw(board, now, height=height, ascii_only=ascii_only), refresh=True)

    def close(self) -> None:
        """A board that cannot be drawn any more must not keep the cursor hidden."""
        self._closed = True
        self._live.update("")
        try:
            self._live.stop()
        finally:
            with suppress(OSError, ValueError):
                self._console.show_cursor()


class Log:
    """For a file or a pipe: lines as they come, and one now and then where none does."""

    def __init__(self, stream: TextIO, began: float) -> None:
        self._stream = stream
        self._heartbeat = Heartbeat(began)

    def show(self, lines: Sequence[str], board: Board, now: float) -> None:
        beat = self._heartbeat.beat(board, now, silent=not lines)
        write(self._stream, [*lines, *([beat] if beat else [])])

    def close(self) -> None:
        pass


def write(stream: TextIO, lines: Sequence[str]) -> None:
    if lines:
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()
