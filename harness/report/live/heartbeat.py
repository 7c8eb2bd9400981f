"""A log file that has been silent for half a minute says what is being waited for, so that nobody takes it for hung."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.live.clock import spent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.live.board import Board, Following

EVERY: Final = 30.0
"""Seconds of silence."""
_TOLD: Final = 3
_WIDTH: Final = 110


class Heartbeat:
    def __init__(self, began: float) -> None:
        self._last = began

    def beat(self, board: Board, now: float, *, silent: bool) -> str | None:
        """The line, if it is time for one; `silent` is False where something else has just been said."""
        if not silent:
            self._last = now
        if now - self._last < EVERY:
            return None
        self._last = now
        return text(board, now)


def text(board: Board, now: float) -> str:
    """The longest waits first: they are what somebody wonders about."""
    running = sorted(board.attempts.values(), key=lambda attempt: attempt.waiting(now).since - attempt.clock(now))
    waits = [*_preparing(board, now), *(_waiting(attempt, now) for attempt in running)]
    more = f"; and {len(waits) - _TOLD} more" if len(waits) > _TOLD else ""
    done = f"... {board.done} of {board.total} cells done after {spent(now - board.began)}"
    if board.stopping:
        return f"{done}; stopping"
    return f"{done}; waiting for {'; '.join(waits[:_TOLD])}{more}" if waits else done


def _preparing(board: Board, now: float) -> Iterator[str]:
    for doing in board.doing.values():
        detail = f", {doing.detail}" if doing.detail else ""
        yield _cut(f"{doing.what}{detail}") + f" ({spent(now - doing.at)})"


def _waiting(attempt: Following, now: float) -> str:
    waits = attempt.waiting(now)
    return _cut(f"{attempt.name} {waits.what}") + f" ({spent(attempt.clock(now) - waits.since, waits.limit)})"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
