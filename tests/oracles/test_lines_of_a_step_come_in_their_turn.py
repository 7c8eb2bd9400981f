"""A step whose lines come twice, or in another order than a run writes them, has not landed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.model.events import ReadBack, Stage, StepChanged, Target
from harness.model.verdicts import Judgement, Verdict
from harness.oracles.judge import judge
from harness.oracles.landings import BEFORE_ITS_TURN
from harness.oracles.turns import AGAIN, HASTY, OUT_OF_TURN, RETARGETED
from tests.oracles.build import Tape, header, node, spec

KILL: dict[str, Any] = {
    "when": {"node": {"template": "main", "phase": "Running"}},
    "inject": {"kill-process": {"container": "wait", "signal": "TERM"}},
}
CORDON: dict[str, Any] = {
    "when": {"node": {"template": "main", "phase": "Running"}},
    "inject": {"cordon": {}},
    "heal-after": "5s",
}
HOST: dict[str, Any] = {"pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "host": "node-1", "workflow": "wf"}
WAIT: dict[str, Any] = {**HOST, "container": "wait", "container_id": "u1-wait"}
DONE = node("main", "Succeeded", started=0, finished=1)


def running(*method: dict[str, Any]) -> Tape:
    tape = Tape(header(spec(method=list(method)), argo="v3.7.15")).lease().host()
    return tape.workflow("Running", node("main", "Running", started=0)).pod("u1")


def judged(tape: Tape) -> Judgement:
    tape.workflow("Succeeded", DONE).end()
    return judge(tape.header, tape.entries)


def problem(tape: Tape, index: int = 0) -> str:
    judgement = judged(tape)
    found = [landing.problem for landing in judgement.landings]
    assert judgement.verdict is (Verdict.INCONCLUSIVE if any(found) else Verdict.PASS)
    return found[index]


def killed(tape: Tape, code: int = 143) -> Tape:
    return tape.pod("u1", main=0, wait=code).step(Stage.LANDED)


def test_in_their_turn_they_are_believed() -> None:
    assert problem(killed(running(KILL).fire(**WAIT))) == ""
    assert problem(killed(caught(running(KILL).fire(**WAIT)), 1)) == ""


def caught(tape: Tape) -> Tape:
    """The kernel showed that the process takes the signal."""
    subject = f"process first of container {WAIT['container']}"
    return tape.add(ReadBack(**tape._stamps(0.01), step=0, subject=subject, before="12 caught", after="sent"))


def test_a_call_that_is_accepted_anew_does_not_move_its_moment() -> None:
    """Another exit code proves a TERM only at once: said again, the call would be as late as anybody wants."""
    late = caught(running(KILL).fire(**WAIT)).lease(dt=60)
    assert judged(killed(late, 1)).verdict is Verdict.INCONCLUSIVE
    again = caught(running(KILL).fire(**WAIT)).lease(dt=60).step(Stage.ACCEPTED)
    assert problem(killed(again, 1)) == AGAIN


@pytest.mark.parametrize("stage", [Stage.ARMED, Stage.TRIGGERED])
def test_a_step_fires_once(stage: Stage) -> None:
    target = WAIT if stage is Stage.TRIGGERED else {}
    assert problem(killed(running(KILL).fire(**WAIT).step(stage, **target))) == AGAIN


@pytest.mark.parametrize("missing", [Stage.ARMED, Stage.TRIGGERED, Stage.ACCEPTED])
def test_no_stage_is_left_out(missing: Stage) -> None:
    tape = running(KILL)
    for stage in (Stage.ARMED, Stage.TRIGGERED, Stage.ACCEPTED):
        if stage is not missing:
            tape.step(stage, **(WAIT if stage is Stage.TRIGGERED else {}))
    judgement = judged(killed(tape))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    if missing is Stage.ARMED:
        assert judgement.landings[0].problem == OUT_OF_TURN


def test_no_other_line_moves_the_target() -> None:
    tape = killed(running(KILL).fire(**WAIT))
    moved = [
        replace(entry, target=Target(**WAIT | {"host": "node-2"}))
        if isinstance(entry, StepChanged) and entry.stage is Stage.ACCEPTED
        else entry
        for entry in tape.workflow("Succeeded", DONE).end().entries
    ]
    judgement = judge(tape.header, moved)
    assert (judgement.verdict, judgement.landings[0].problem) == (Verdict.INCONCLUSIVE, RETARGETED)


@pytest.mark.parametrize(("after", "wanted"), [(2.0, HASTY), (6.0, "")])
def test_a_step_is_undone_no_sooner_than_it_was_to_be(after: float, wanted: str) -> None:
    tape = running(CORDON).fire(**HOST).host(cordoned=True).step(Stage.LANDED)
    assert problem(tape.lease(dt=after).step(Stage.HEALED)) == wanted


def test_a_step_waits_for_the_one_before_it() -> None:
    tape = running(KILL, CORDON).fire(0, **WAIT).fire(1, **HOST).host(cordoned=True)
    tape.pod("u1", main=0, wait=143).step(Stage.LANDED).step(Stage.LANDED, 1)
    assert problem(tape, 1) == BEFORE_ITS_TURN
