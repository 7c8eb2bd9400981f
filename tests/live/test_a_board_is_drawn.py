"""What a terminal shows of a run at a moment, on recorded histories, at a fixed width and a fixed time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import rich.console

from harness.model.column import Column
from harness.model.verdicts import Verdict
from harness.report.live import drawing
from harness.report.live.messages import Planned, Settled, StepBegan, StepOver, StepShows, Stopping
from harness.run.happenings import Opening
from tests.live.replaying import CORPUS, LOST, OOM, board

if TYPE_CHECKING:
    from harness.report.live.board import Board

SEVERAL = sorted(path.name.removesuffix(".jsonl.gz") for path in CORPUS.glob("*-v3.7.15-2.jsonl.gz"))


def drawn(shown: Board, now: float, *, width: int = 110, height: int = 30, ascii_only: bool = False) -> list[str]:
    console = rich.console.Console(file=io.StringIO(), width=width, height=height, color_system=None)
    console.print(drawing.draw(shown, now, height=height, ascii_only=ascii_only))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_release_has_a_bar_and_its_verdicts_the_worst_first() -> None:
    shown = board(OOM, OOM, OOM, OOM, until=-1)
    for verdict in (Verdict.PASS, Verdict.PASS, Verdict.FAIL):
        shown.take(Settled(column=Column("v3.7.15"), verdict=verdict, line=""))
    first, *_ = drawn(shown, 0.0)
    assert first == "v3.7.15  ━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌  3/4  1 fail, 2 pass"


def test_without_unicode_the_bar_is_plain() -> None:
    shown = board(OOM, OOM, until=-1)
    shown.take(Settled(column=Column("v3.7.15"), verdict=Verdict.KNOWN_BUG, line=""))
    assert drawn(shown, 0.0, ascii_only=True)[0] == "v3.7.15  ############............  1/2  1 known bug"


def test_a_cell_says_what_it_waits_for_since_when_and_until_when() -> None:
    told = drawn(board(LOST, until=0.5), 12.5, width=160)[1]
    assert told.startswith(
        "task-result-lost-with-retry  v3.7.15  wait-is-killed: waits for node template main, retry 0"
    )
    assert told.endswith("12 s / 60 s")


def test_every_stage_of_a_cell_has_its_words() -> None:
    def what(until: float) -> str:
        return " ".join(drawn(board(OOM, until=until), until, width=200)[1].split())

    assert "the workflow to be submitted 0 s" in what(-0.0)
    assert "main-is-oom-killed: waits for pod template main, container main running: there is no pod yet" in what(2.2)
    assert "nearest is pod oom-main: container main is waiting, wanted running (template matches)" in what(3.0)
    assert "main-is-oom-killed: proof of its landing" in what(7.0)
    assert "logs and clean-up" in what(10_000)


def test_the_outcome_is_waited_for_within_the_bound_of_the_scenario() -> None:
    last = board(OOM, until=10_000).attempts[OOM].state.steps[0].landed
    assert last is not None
    told = drawn(board(OOM, until=last.t), last.t + 3.0, width=160)[1]
    assert "the outcome, Running: " in told
    assert told.endswith("3 s / 15 s")


def test_what_is_made_before_the_first_cell_is_shown_with_its_release() -> None:
    shown = board(OOM, until=-1)
    shown.attempts.clear()
    shown.take(Planned(steps=("Kubernetes v1", "Argo v3.7.15")))
    shown.take(Opening(cluster="r1-1", column=Column("v3.7.15")))
    shown.take(StepBegan(number=1, what="Argo v3.7.15", at=0.0))
    shown.take(StepShows(number=1, detail="compiling"))
    shown.take(StepBegan(number=2, what="starting cluster r1-1", at=60.0))
    assert [" ".join(line.split()) for line in drawn(shown, 65.0)[1:]] == [
        "preparing [2/2] Argo v3.7.15: compiling 65 s",
        "preparing starting cluster r1-1 for v3.7.15 5 s",
    ]
    shown.take(StepOver(number=1, at=66.0, failed=False))
    shown.take(StepOver(number=2, at=66.0, failed=False))
    assert len(drawn(shown, 66.0)) == 1


def test_a_run_that_is_being_stopped_says_so() -> None:
    shown = board(OOM, until=1.0)
    shown.take(Stopping())
    assert drawn(shown, 1.0)[1].startswith("stopping")


def test_a_run_whose_cells_are_done_says_what_it_still_does() -> None:
    shown = board(OOM, until=10_000)
    shown.take(Settled(column=Column("v3.7.15"), verdict=Verdict.PASS, line=""))
    assert drawn(shown, 20.0)[1].split() == ["ending", "clusters", "are", "taken", "down"]


@pytest.mark.parametrize("width", [20, 40, 80, 300])
@pytest.mark.parametrize("height", [2, 4, 10])
def test_the_board_never_outgrows_the_screen(width: int, height: int) -> None:
    lines = drawn(board(*SEVERAL, until=4.0), 4.0, width=width, height=height)
    assert len(lines) < height or height == 2
    assert max(map(len, lines)) <= width


def test_what_does_not_fit_is_counted() -> None:
    running = len(board(*SEVERAL, until=4.0).attempts)
    assert drawn(board(*SEVERAL, until=4.0), 4.0, height=6)[-1] == f"and {running - 3} more"


@pytest.mark.parametrize(
    ("text", "coloured"),
    [
        ("!!    +1.000s  step 0      oom missed", "!!"),
        ("oom-main[v3.7.15]  ##    +1.000s  kernel", "##"),
        ("[1/2] known-bug    oom-wait v3.5.10", "known-bug"),
        ("[1/2] pass         oom-wait v3.5.10", "pass"),
        ("an ordinary line with !! in it", ""),
    ],
)
def test_only_the_sign_or_the_verdict_of_a_line_is_coloured(text: str, coloured: str) -> None:
    line = drawing.line(text)
    assert line.plain == text
    assert [text[span.start : span.end] for span in line.spans] == ([coloured] if coloured else [])
