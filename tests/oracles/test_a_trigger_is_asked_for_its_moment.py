"""A line that says `triggered` is not believed: the moment had come by then, and the step aimed at whom it means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.model.events import AnyEntry, Nudged, Stage, StepChanged, Target
from harness.model.verdicts import Judgement, Verdict
from harness.oracles.judge import judge
from harness.oracles.triggers import ASTRAY, NO_CAUSE, NOT_COME, TOO_EARLY, TOO_LATE
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.recorded import recorded

RUNNING = {"node": {"template": "main", "phase": "Running"}}
STARTED = node("main", "Running", started=0)
DONE = node("main", "Succeeded", started=0, finished=1)
WAIT: dict[str, Any] = {
    "pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "container": "wait", "container_id": "u1-wait",
    "host": "node-1", "workflow": "wf",
}  # fmt: skip


def killing(**when: Any) -> Tape:
    """Armed, with nothing there yet."""
    kill = {"when": when, "inject": {"kill-process": {"container": "wait"}}}
    return Tape(header(spec(method=[kill]), argo="v3.7.15")).lease().step(Stage.ARMED)


def killed(tape: Tape) -> Tape:
    """The first pod loses its container, and the run ends well."""
    tape.step(Stage.TRIGGERED, **WAIT).step(Stage.ACCEPTED)
    tape.pod("u1", main=0, wait=137).step(Stage.LANDED)
    return tape.workflow("Succeeded", DONE).end()


def other(entry: AnyEntry, **changes: Any) -> AnyEntry:
    if not isinstance(entry, StepChanged) or entry.stage is not Stage.TRIGGERED:
        return entry
    return replace(entry, **changes)


def judged(tape: Tape, **changes: Any) -> Judgement:
    """With the line that says `triggered` changed."""
    return judge(tape.header, [other(entry, **changes) for entry in tape.entries])


def problem(tape: Tape, **changes: Any) -> str:
    """What the judge has against the step."""
    judgement = judged(tape, **changes)
    found = judgement.landings[0].problem
    assert judgement.verdict is (Verdict.INCONCLUSIVE if found else Verdict.PASS)
    return found


def test_at_its_moment_and_at_its_target_it_is_believed() -> None:
    assert problem(killed(killing(**RUNNING).workflow("Running", STARTED).pod("u1"))) == ""


def test_before_its_moment_has_come() -> None:
    assert problem(killed(killing(**RUNNING).workflow("Running", node("main", "Pending")).pod("u1"))) == NOT_COME


def test_once_its_moment_is_over() -> None:
    tape = killing(**RUNNING).workflow("Running", STARTED).pod("u1").workflow("Running", DONE)
    assert problem(killed(tape)) == NOT_COME


@pytest.mark.parametrize(
    "aim",
    [None, *(Target(**WAIT | each) for each in ({"pod_uid": "u2"}, {"container": "main"}, {"host": "node-2"}))],
)
def test_at_somebody_else_or_at_nobody(aim: Target | None) -> None:
    tape = killed(killing(**RUNNING).workflow("Running", STARTED).pod("u1"))
    assert judged(tape, target=aim).verdict is Verdict.INCONCLUSIVE


def test_at_the_first_where_the_second_was_meant() -> None:
    alone = killing(**RUNNING, nth=2).workflow("Running", STARTED).pod("u1")
    assert problem(killed(alone)) == NOT_COME
    both = killing(**RUNNING, nth=2).workflow("Running", STARTED).pod("u1")
    both.workflow("Running", STARTED, node("other", "Running", started=1)).pod("u2", key="other")
    both.step(Stage.TRIGGERED, **WAIT).step(Stage.ACCEPTED).pod("u1", main=0, wait=137).step(Stage.LANDED)
    ended = both.workflow("Succeeded", DONE, node("other", "Succeeded", started=1, finished=2)).end()
    assert problem(ended) == ASTRAY


@pytest.mark.parametrize("cause", [None, 1, 99])
def test_by_another_entry_than_the_one_that_shows_it(cause: int | None) -> None:
    assert problem(killed(killing(**RUNNING).workflow("Running", STARTED).pod("u1")), cause=cause) == NO_CAUSE


@pytest.mark.parametrize(("silence", "wanted"), [(4.0, TOO_EARLY), (6.0, "")])
def test_sooner_than_so_long_after_its_moment(silence: float, wanted: str) -> None:
    """It fires although the rest does not hold any more, as in a run."""
    tape = killing(pod={"container": {"name": "main", "state": "running"}}, after="5s")
    tape.workflow("Running", STARTED).pod("u1")
    cause = tape.entries[-1].seq
    tape.lease().pod("u1", main=0).lease(dt=silence)
    assert problem(killed(tape), cause=cause) == wanted


def test_at_a_node_that_had_moved_on_meanwhile() -> None:
    """A run would have missed it."""
    tape = killing(**RUNNING, after="5s").workflow("Running", STARTED).pod("u1")
    cause = tape.entries[-2].seq
    tape.workflow("Running", node("main", "Pending")).lease(dt=6)
    assert problem(killed(tape), cause=cause) == f"{TOO_LATE} node main was Pending, no longer Running, before the call"


def test_what_time_alone_brings_about_may_be_stamped_a_little_early() -> None:
    """A step that waits for a stuck workflow fires at an entry stamped with its receipt, and was looked at a moment
    later: of the recorded one the nudge had only 7.96 of its 8 seconds by then."""
    head, entries = recorded("task-result-relabelled-v3.5.10-2.jsonl.gz")
    assert [landing.problem for landing in judge(head, entries).landings] == ["", ""]
    nudges = [entry.seq for entry in entries if isinstance(entry, Nudged)]
    late = [replace(e, accepted=False) if isinstance(e, Nudged) and e.seq == nudges[-1] else e for e in entries]
    assert [landing.problem for landing in judge(head, late).landings] == ["", NOT_COME]


def test_a_step_of_a_session_has_its_moment_elsewhere() -> None:
    """Activities of a Chaos Toolkit experiment fire when it comes to them."""
    tape = killed(killing(**RUNNING).workflow("Running", node("main", "Pending")).pod("u1"))
    tape.header = replace(tape.header, scenario=replace(tape.header.scenario, sha256=""))
    assert problem(tape) == ""
