"""A workflow that is deleted has ended, too, and one that is done anew is waited for, where that is expected."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.events import Ended, EndReason, Resource, Stage, Verb
from harness.model.verdicts import Verdict
from harness.oracles.conditions import holds_now
from harness.oracles.decide import Decision, decided
from harness.oracles.explaining import unfired
from harness.oracles.judge import declared, judge
from harness.oracles.reachable import can_come
from harness.scenario.conditions import Condition
from tests.oracles.build import Tape, header, node, spec

GONE = {"within": "30s", "workflow": {"gone": True}}


def decision(tape: Tape, later: float = 0.0) -> Decision:
    return decided(declared(tape.header), tape.header.argo, tape.state, tape.t + later)


def verdict(tape: Tape) -> Verdict:
    tape.add(Ended(**tape._stamps(0.1), reason=EndReason.DECIDED))
    return judge(tape.header, tape.entries).verdict


def deleted(expect: dict[str, Any]) -> Tape:
    tape = Tape(header(spec(expect=expect)))
    tape.workflow("Running", node("main", "Running"))
    last = {"phase": "Running", "nodes": {"main": node("main", "Running")}}
    tape.see(Resource.WORKFLOW, {"metadata": {"name": "wf"}, "spec": {}, "status": last}, Verb.DELETED)
    return tape


def test_a_workflow_that_is_to_go_has_ended_when_it_is_gone() -> None:
    tape = deleted(GONE)
    assert decision(tape).reason is EndReason.DECIDED
    assert verdict(tape) is Verdict.PASS


def test_a_workflow_that_is_to_succeed_has_not_when_it_is_gone() -> None:
    tape = deleted({"workflow": {"phase": "Succeeded"}})
    assert decision(tape).reason is None
    assert decision(tape, 3.5).reason is EndReason.DECIDED
    assert verdict(tape) is Verdict.FAIL


def test_a_workflow_that_is_to_go_and_stays_fails() -> None:
    tape = Tape(header(spec(expect=GONE)))
    tape.workflow("Succeeded", node("main", "Succeeded"))
    assert verdict(tape) is Verdict.FAIL


def resubmitted(phase: str, *, of: str = "wf", final: bool = True) -> Tape:
    expect = {"within": "30s", "workflow": {"phase": "Failed"}, "resubmitted": {"phase": "Succeeded"}}
    tape = Tape(header(spec(expect=expect)))
    tape.workflow("Failed", node("main", "Failed", started=1, finished=1))
    labels = {
        "workflows.argoproj.io/resubmitted-from-workflow": of,
        "workflows.argoproj.io/completed": str(final).lower(),
    }
    status = {"phase": phase} | ({"finishedAt": "2027-01-15T08:00:05Z"} if final else {})
    tape.see(Resource.WORKFLOW, {"metadata": {"name": "wf-2", "labels": labels}, "status": status})
    return tape


def test_what_is_done_anew_is_waited_for() -> None:
    tape = resubmitted("Running", final=False)
    assert decision(tape, 10.0).reason is None
    assert decision(tape, 31.0).reason is EndReason.TIMEOUT
    assert decision(resubmitted("Succeeded")).reason is EndReason.DECIDED


@pytest.mark.parametrize(
    ("tape", "expected"),
    [
        (resubmitted("Succeeded"), Verdict.PASS),
        (resubmitted("Failed"), Verdict.FAIL),
        (resubmitted("Succeeded", final=False), Verdict.FAIL),
        (resubmitted("Succeeded", of="another"), Verdict.FAIL),
    ],
    ids=["succeeded", "failed", "not final", "of another"],
)
def test_what_is_done_anew_ends_as_expected(tape: Tape, expected: Verdict) -> None:
    assert verdict(tape) is expected


def healing() -> Tape:
    broken = {"name": "broken", "when": {"workflow": {}}, "heal-after": "2s", "inject": {"exhaust-quota": {}}}
    back = {"name": "back", "when": {"healed": "broken"}, "do": {"suspend": {}}}
    tape = Tape(header(spec(method=[broken, back])))
    tape.workflow("Running", node("main", "Running"))
    tape.fire(0)
    return tape


def test_a_step_can_wait_for_another_to_be_undone() -> None:
    tape, moment = healing(), Condition(healed="broken")
    tape.step(Stage.LANDED, 0)
    assert holds_now(moment, tape.state, tape.t) is None
    tape.step(Stage.HEALED, 0)
    held = holds_now(moment, tape.state, tape.t)
    assert held is not None
    assert held.texts == ("broken is healed",)
    assert held.seq == tape.state.seq


def test_it_is_said_what_it_waits_for_and_that_it_can_still_come() -> None:
    tape = healing()
    tape.step(Stage.LANDED, 0)
    step = declared(tape.header).method[1]
    assert "waits for broken to be undone: it is landed" in unfired(step, tape.state, tape.t)
    assert can_come(step, tape.state, tape.t)
    tape.step(Stage.HEAL_FAILED, 0, detail="no answer")
    assert not can_come(step, tape.state, tape.t)


def test_a_fault_that_could_not_be_undone_proves_nothing_about_argo() -> None:
    tape = healing()
    tape.step(Stage.LANDED, 0)
    tape.step(Stage.HEAL_FAILED, 0, detail="no answer")
    assert verdict(tape) is Verdict.INCONCLUSIVE
