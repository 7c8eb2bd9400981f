"""The lines of a run: a cell that is followed, triggers that explain themselves, and a heartbeat in a log file."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from harness.model.column import Column
from harness.model.events import Entry, Stage, StepChanged
from harness.model.verdicts import Verdict
from harness.report import timeline
from harness.report.live.board import Board
from harness.report.live.heartbeat import EVERY, Heartbeat, text
from harness.report.live.messages import Planned, Said, Settled, StepBegan, StepOver
from harness.report.live.narration import EXPLAIN_EVERY, Narrator, Wishes
from harness.run.happenings import Entered
from tests.live.replaying import LOST, OOM, board, entries, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.report.live.messages import Message

CELL = "oom-main[v3.7.15]"
OTHER = "task-result-lost-with-retry[v3.7.15]"


def narrated(wishes: Wishes, messages: Iterable[Message]) -> Iterator[str]:
    """Explanations are asked for at each entry, at its own time."""
    narrator, shown = Narrator(wishes), Board([], began=0.0)
    for message in messages:
        yield from narrator.lines(message, shown)
        shown.take(message)
        if isinstance(message, Entered) and isinstance(message.entry, Entry):
            yield from narrator.explanations(shown, message.entry.t)


def test_a_cell_that_nobody_follows_is_quiet() -> None:
    assert list(narrated(Wishes(), told(OOM))) == []


def test_a_cell_that_is_followed_is_told_as_its_timeline_tells_it() -> None:
    head, *lines = narrated(Wishes(watch=frozenset({CELL})), told(OOM))
    assert head == f"== {CELL} attempt 1, namespace {OOM}"
    whole = list(timeline.lines(entries(OOM)))
    assert len(lines) > 15
    own = [line for line in lines if line not in whole]
    assert len(own) == 2
    assert all(" ms after its trigger; " in line for line in own)
    assert lines[-1].startswith("==")


def test_a_step_is_told_with_its_latency() -> None:
    changes = {e.stage: e for e in entries(OOM) if isinstance(e, StepChanged)}
    lines = list(narrated(Wishes(watch=frozenset({CELL})), told(OOM)))
    for stage in (Stage.ACCEPTED, Stage.LANDED):
        took = 1000 * (changes[stage].t - changes[Stage.TRIGGERED].t)
        assert any(f"oom {stage}: {took:.1f} ms after its trigger; " in line for line in lines)


def test_with_two_cells_to_follow_each_line_says_whose_it_is() -> None:
    both = (*told(OOM, 3.0), *told(LOST, 3.0))
    lines = [line for line in narrated(Wishes(watch=frozenset({CELL, OTHER})), both) if not line.startswith("==")]
    assert {line.split("]")[0] + "]" for line in lines} == {CELL, OTHER}


def test_an_armed_trigger_says_what_it_waits_for_whenever_that_changes() -> None:
    lines = list(narrated(Wishes(explain=True), told(LOST, 3.6)))
    waits = [line for line in lines if line.startswith("??")]
    assert "there is no node yet" in waits[0]
    assert len(set(waits)) == len(waits) >= 2
    times = [float(line.split()[1].rstrip("s")) for line in waits]
    assert all(later - sooner >= EXPLAIN_EVERY for sooner, later in itertools.pairwise(times))


def test_a_clock_that_runs_is_no_news() -> None:
    narrator, shown = Narrator(Wishes(explain=True)), board(LOST, until=0.5)
    assert len(list(narrator.explanations(shown, 0.5))) == 1
    assert list(narrator.explanations(shown, 30.5)) == []


def test_a_trigger_that_fires_says_on_what() -> None:
    lines = list(narrated(Wishes(explain=True), told(OOM)))
    (fires,) = [line for line in lines if line.startswith(">>")]
    assert fires.endswith(f"{CELL} main-is-oom-killed fires: pod oom-main Running, main running")


@pytest.mark.parametrize(
    ("stage", "draw"),
    [(Stage.NOT_DRAWN, "not drawn: 0.6272 >= 0.5, seed 7, run 2"), (Stage.ARMED, "drawn: 0.3512 < 0.5, seed 7, run 1")],
)
def test_a_step_that_has_a_probability_says_how_it_was_drawn(stage: Stage, draw: str) -> None:
    drawn = StepChanged(seq=9, t=3.1, wall=60.1, step=0, verb="oom", stage=stage, detail=draw)
    lines = list(narrated(Wishes(explain=True), [*told(OOM, 0.01), Entered(id=OOM, entry=drawn)]))
    assert f"--    +3.100s  {CELL} main-is-oom-killed is {draw}" in lines


def test_a_trigger_that_missed_is_told_in_full() -> None:
    why = "its moment did not come within 60 s: " + "nearest is " * 40
    missed = StepChanged(seq=9, t=60.1, wall=60.1, step=0, verb="oom", stage=Stage.MISSED, detail=why)
    lines = list(narrated(Wishes(explain=True), [*told(OOM, 3.0), Entered(id=OOM, entry=missed)]))
    assert lines[-1] == f"!!   +60.100s  {CELL} main-is-oom-killed missed: {why}"


def test_a_run_that_ends_before_the_moment_says_so_in_full() -> None:
    end = entries(OOM)[-1]
    lines = list(narrated(Wishes(explain=True), [*told(OOM, 3.0), Entered(id=OOM, entry=end)]))
    assert lines[-1].startswith("!!")
    assert f"{CELL} main-is-oom-killed never fired: " in lines[-1]


def test_only_what_takes_long_is_told_of_what_is_made() -> None:
    def made(seconds: float, *, failed: bool = False) -> list[str]:
        began = StepBegan(number=1, what="Argo v3.7.15", at=0.0)
        return list(narrated(Wishes(), [began, StepOver(number=1, at=seconds, failed=failed)]))

    assert made(3.0) == []
    assert made(64.0) == ["Argo v3.7.15: done in 1 min 4 s"]
    assert made(3.0, failed=True) == ["Argo v3.7.15: failed after 3.0 s"]


def test_what_is_said_stays() -> None:
    messages: list[Message] = [
        Planned(steps=("a", "b")),
        Said(text="said"),
        Settled(column=Column("v"), verdict=Verdict.PASS, line="[1/1] pass"),
    ]
    assert list(narrated(Wishes(), messages)) == ["to be made: a, b", "said", "[1/1] pass"]


def test_a_heart_beats_after_half_a_minute_of_silence_and_not_before() -> None:
    heart, shown = Heartbeat(0.0), board(OOM, until=1.0)
    assert heart.beat(shown, EVERY - 0.1, silent=True) is None
    assert heart.beat(shown, EVERY, silent=True) is not None
    assert heart.beat(shown, EVERY + 1, silent=True) is None
    assert heart.beat(shown, 2 * EVERY - 5, silent=False) is None
    assert heart.beat(shown, 2 * EVERY, silent=True) is None
    assert heart.beat(shown, 3 * EVERY - 5, silent=True) is not None


def test_a_heartbeat_says_what_is_waited_for_the_longest_wait_first() -> None:
    shown = board(LOST, OOM, until=2.2)
    said = text(shown, 40.0)
    assert said.startswith("... 0 of 2 cells done after 40 s; waiting for ")
    assert f"{OTHER} wait-is-killed: waits for node template main" in said
    assert f"{CELL} main-is-oom-killed: waits for pod template main" in said
    assert "\n" not in said


def test_a_heartbeat_stays_a_line_however_much_is_under_way() -> None:
    shown = board(LOST, OOM, "drain-v3.7.15-1", "oom-wait-v3.7.15-1", "force-delete-v3.7.15-1", until=1.0)
    said = text(shown, 40.0)
    assert said.endswith("; and 2 more")
    assert len(said) < 500
