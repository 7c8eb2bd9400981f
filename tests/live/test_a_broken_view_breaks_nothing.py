"""The view is for whoever looks: when it fails, hangs or lies on a dead terminal, the run goes on and loses no line."""

from __future__ import annotations

import io
import threading
import time
from typing import TYPE_CHECKING, NoReturn

import pytest
import rich.console

from harness.build.progress import interactive
from harness.model.column import Column
from harness.model.events import EndReason
from harness.report.live import drawing, view
from harness.report.live.board import Board
from harness.report.live.narration import Narrator, Wishes
from harness.report.live.surfaces import Log, Screen, Surface
from harness.report.live.view import Live
from harness.run.happenings import Happening, Left, Teller
from harness.run.recording import Recording
from tests.live.replaying import OOM, told
from tests.oracles.build import header

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.model.header import Header

CELLS = [Column("v3.7.15")]


class Broken:
    """A surface with a bug."""

    def show(self, lines: Sequence[str], board: Board, now: float) -> NoReturn:
        raise ZeroDivisionError

    def close(self) -> None:
        pass


class Hung:
    """A terminal that was stopped with Ctrl-S."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def show(self, lines: Sequence[str], board: Board, now: float) -> None:
        self.go_on.wait()

    def close(self) -> None:
        pass


class Gone(io.StringIO):
    """A terminal whose window was closed."""

    def write(self, text: str) -> NoReturn:
        raise OSError(5, "Input/output error")


def live(surface: Surface, stream: io.StringIO) -> Live:
    return Live(Board(CELLS, began=0.0), Narrator(Wishes(watch=frozenset({"oom-main[v3.7.15]"}))), surface, stream)


def test_what_was_told_is_shown_when_the_view_is_closed() -> None:
    out = io.StringIO()
    shown = live(Log(out, time.monotonic()), out)
    shown.open()
    for happening in told(OOM):
        shown.happened(happening)
    shown.say("the last line")
    shown.close()
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("== oom-main[v3.7.15] attempt 1")
    assert lines[-1] == "the last line"
    assert any("oom landed: " in line for line in lines)


def test_a_bug_of_the_view_leaves_plain_lines() -> None:
    out = io.StringIO()
    shown = live(Broken(), out)
    shown.open()
    shown.say("one")
    with shown.step("Argo v3.7.15") as step:
        step.show("compiling")
    deadline = time.monotonic() + 5
    while "failed" not in out.getvalue() and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    shown.say("two")
    shown.close()
    first, *rest = out.getvalue().splitlines()
    assert first == "the live view failed (ZeroDivisionError()); going on with plain lines"
    assert rest == ["one", "two"]


def test_a_board_that_cannot_be_drawn_gives_the_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def undrawable(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(drawing, "draw", undrawable)
    out = io.StringIO()
    shown = live(Screen(rich.console.Console(file=out, force_terminal=True, width=80, height=24)), out)
    shown.open()
    shown.say("said all the same")
    shown.close()
    assert "said all the same" in out.getvalue()
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")


def test_a_closed_window_ends_nothing() -> None:
    out = Gone()
    shown = live(Log(out, time.monotonic()), out)
    shown.open()
    shown.say("into the void")
    shown.close()
    shown.say("and again")


def test_a_terminal_that_takes_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "PATIENCE", 0.2)
    hung = Hung()
    shown = live(hung, io.StringIO())
    shown.open()
    shown.say("a line")
    began = time.monotonic()
    shown.close()
    assert time.monotonic() - began < 5
    hung.go_on.set()


def test_a_listener_that_fails_is_not_asked_again() -> None:
    asked: list[Happening] = []

    def listener(happening: Happening) -> NoReturn:
        asked.append(happening)
        raise ZeroDivisionError

    tell = Teller(listener)
    tell(Left(id="a"))
    tell(Left(id="b"))
    assert asked == [Left(id="a")]
    assert tell.trouble == "whoever followed the run has failed: ZeroDivisionError()"


def test_a_follower_gets_every_entry_once_it_is_written(tmp_path: Path) -> None:
    given: Header = header()
    recording = Recording(tmp_path / "history.jsonl", given, began=time.monotonic(), wall=given.started)
    recording.noted("before")
    seen: list[tuple[int, int]] = []
    recording.follow(lambda entry: seen.append((entry.seq, recording.state.seq)))
    recording.noted("after")
    recording.ended(EndReason.INTERRUPTED, "")
    assert seen == [(2, 2), (3, 3)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("term", "drawn"), [("xterm-256color", True), ("dumb", False), ("unknown", False), ("", False)]
)
def test_a_dumb_terminal_gets_lines(term: str, drawn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    assert interactive(Terminal()) is drawn


def test_a_log_file_gets_lines_whatever_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert not interactive(io.StringIO())
