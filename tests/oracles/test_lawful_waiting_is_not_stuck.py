"""Real workflows that waited for longer than stuck takes, and went on by themselves: asked at every moment of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from harness.history.traces import NudgeTrace
from harness.model.events import MachineLoad, Nudged, Seen
from harness.model.verdicts import Verdict
from harness.model.workflow import Workflow
from harness.mutation.corpus import CORPUS, judged
from harness.oracles.judge import judge
from harness.oracles.stuck import Stuck, quiescence, stuck
from harness.oracles.timers import NUDGE_PATIENCE, timers_of
from tests.oracles.recorded import at, end, of, recorded, states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.events import AnyEntry
    from harness.mutation.corpus import Sample

WHY = {
    "long-backoff": "the backoff of node",
    "suspended-for-a-time": "resumes in",
    "suspended-until-resumed": "is suspended",
    "deadline-with-exit-handler": "is suspended",
    "unschedulable-pod": "is Pending",
    "mutex-held-by-another": "Waiting for",
    "semaphore-of-the-workflow": "Waiting for",
    "controller-away": "the controller's lease was last renewed",
    "several-steps": "it or what it waits for changed",
}
"""What each scenario waits for the longest, by the words of the oracle."""
TIMED = ("long-backoff", "suspended-for-a-time")
STEP = 0.5

SAMPLES = of(*WHY)
STARVED = of("mutex-among-steps", verdicts=(Verdict.INCONCLUSIVE,)) + of(
    "several-steps", verdicts=(Verdict.INCONCLUSIVE,)
)
ONCE_STUCK = [sample for sample in of("task-result-lost") if sample.cause is not None]


def named(sample: Sample) -> str:
    return sample.file.removesuffix(".jsonl.gz")


lawful = pytest.mark.parametrize("sample", SAMPLES, ids=named)


@dataclass(frozen=True, slots=True)
class Wait:
    """The longest time in which the workflow did not change."""

    start: float
    end: float

    @property
    def moments(self) -> Iterator[float]:
        t = self.start
        while t < self.end:
            yield t
            t += STEP


def longest_wait(file: str) -> Wait:
    changes = [state.last_change.t for state, _ in states(file) if state.last_change is not None]
    return max((Wait(*pair) for pair in pairwise(changes)), key=lambda wait: wait.end - wait.start)


def answer_to_a_nudge(file: str, t: float) -> Iterator[Stuck | None]:
    """What would be said had the harness nudged at `t`, and not when it did: everything else happens as it happened."""
    state = at(file, t)
    wall = state.wall_at(t)
    state.nudges.append(NudgeTrace(at=state.at._replace(t=t, wall=wall), accepted=True, echoed=state.at))
    for entry in recorded(file)[1]:
        if entry.t > t and not isinstance(entry, Nudged):
            yield stuck(state, entry.t - 0.001)
            state.apply(entry)


@lawful
def test_it_ends_as_it_should_and_without_a_cause(sample: Sample) -> None:
    judgement = judged(CORPUS / sample.file)
    assert (judgement.verdict, judgement.cause) == (sample.verdict, None)
    assert "goes-on-by-itself" not in sample.violations


@lawful
def test_it_waited_for_longer_than_stuck_takes(sample: Sample) -> None:
    """Else it would prove nothing. Steps of a busy machine are short; there it is the sum that is long."""
    if sample.scenario == "several-steps":
        assert end(sample.file).t > 20.0
        return
    wait, timers = longest_wait(sample.file), timers_of(recorded(sample.file)[0])
    assert wait.end - wait.start > timers.quiet + NUDGE_PATIENCE


@lawful
def test_it_is_stuck_at_no_moment(sample: Sample) -> None:
    """After every entry, just before the next one, and in between."""
    for state, until in states(sample.file):
        t = state.t
        while t <= until:
            assert stuck(state, t) is None, f"at {t:.1f} s"
            t += STEP
        assert stuck(state, until) is None


@lawful
def test_a_nudge_at_any_moment_of_the_wait_makes_nothing_stuck(sample: Sample) -> None:
    for t in longest_wait(sample.file).moments:
        assert not any(answer_to_a_nudge(sample.file, t)), f"nudged at {t:.1f} s"


@lawful
def test_no_nudge_of_its_own_moved_it(sample: Sample) -> None:
    """Only a controller that has died a moment ago and whose lease still holds may be nudged, for nothing."""
    nudges = [entry for entry in recorded(sample.file)[1] if isinstance(entry, Nudged)]
    assert not nudges or sample.scenario == "controller-away"
    moved = [trace.moved for trace in end(sample.file).nudges]
    assert all(at is None or at.t - nudge.t > NUDGE_PATIENCE for at, nudge in zip(moved, nudges, strict=True))


@lawful
def test_the_reason_is_told(sample: Sample) -> None:
    wait = longest_wait(sample.file)
    told = {text for t in wait.moments for text in quiescence(at(sample.file, t), t).blockers}
    assert any(WHY[sample.scenario] in text for text in told), told


@lawful
def test_while_it_waits_with_a_controller_it_is_never_quiet(sample: Sample) -> None:
    for t in longest_wait(sample.file).moments:
        quiet = quiescence(at(sample.file, t), t)
        assert not quiet.reached or sample.scenario == "controller-away", f"at {t:.1f} s"


@pytest.mark.parametrize("sample", of(*TIMED), ids=named)
def test_a_timer_is_over_neither_before_argo_goes_on_nor_long_after(sample: Sample) -> None:
    wait = longest_wait(sample.file)
    middle = (wait.start + wait.end) / 2
    over = quiescence(at(sample.file, middle), middle).ask_again
    assert over is not None
    assert wait.end <= over <= wait.end + 5.0


def test_who_is_given_a_lock_is_given_time_to_take_it() -> None:
    """The harness once nudged in the very moment in which another workflow gave the lock back."""
    for sample in of("mutex-held-by-another", "semaphore-of-the-workflow"):
        given = next(state.t for state, _ in states(sample.file) if other_is_over(sample.file, state.t))
        quiet = quiescence(at(sample.file, given), given)
        assert not quiet.reached
        assert quiet.settled == given
        assert quiet.ask_again == given + timers_of(recorded(sample.file)[0]).quiet


def other_is_over(file: str, t: float) -> bool:
    others = [entry.object for entry in recorded(file)[1] if isinstance(entry, Seen) and entry.t == t]
    name = recorded(file)[0].workflow
    return any(isinstance(other, Workflow) and other.name != name and other.completed for other in others)


def test_a_controller_that_comes_back_is_given_time_to_look() -> None:
    for sample in of("controller-away"):
        taken = end(sample.file).lease
        assert taken is not None
        back = at(sample.file, taken.taken.t)
        assert back.lease is not None
        assert back.lease.silence > timers_of(back.header).lease_age
        quiet = quiescence(back, back.t)
        assert not quiet.reached
        assert quiet.settled == taken.taken.t


def test_several_steps_were_recorded_on_a_machine_that_was_hard_at_work() -> None:
    loads = [machine for sample in of("several-steps") if (machine := end(sample.file).machine) is not None]
    assert max(load.load / load.cores for load in loads) >= 4.0
    assert len(loads) == len(of("several-steps"))


@pytest.mark.parametrize("sample", STARVED, ids=named)
def test_what_seemed_stuck_or_healed_on_a_starved_machine_is_inconclusive(sample: Sample) -> None:
    """Nobody got on for so long that the silence and the nudge said nothing; on an idle machine both would count."""
    header, entries = recorded(sample.file)
    starved, idle = judge(header, entries), judge(header, [unloaded(entry) for entry in entries])
    assert (starved.verdict, starved.cause) == (Verdict.INCONCLUSIVE, None)
    assert "the machine was starved: a load of" in starved.reason
    assert idle.verdict is Verdict.FAIL


def unloaded(entry: AnyEntry) -> AnyEntry:
    return replace(entry, load=1.0) if isinstance(entry, MachineLoad) else entry


@pytest.mark.parametrize("sample", ONCE_STUCK, ids=named)
def test_the_same_questions_find_what_is_really_stuck(sample: Sample) -> None:
    """So that none of the above holds only because nothing is ever found."""
    last = end(sample.file)
    assert last.last_change is not None
    assert any(stuck(state, until) for state, until in states(sample.file))
    nudged = last.last_change.t + timers_of(last.header).quiet
    assert any(answer_to_a_nudge(sample.file, nudged))
