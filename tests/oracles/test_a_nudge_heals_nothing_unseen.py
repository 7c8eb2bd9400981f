"""A workflow that goes on only because the harness nudged it is never quietly green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.violations import told, violated

if TYPE_CHECKING:
    from harness.model.header import Header

WAIVER = [{"invariant": "goes-on-by-itself", "reason": "known to be lost"}]


def head(**more: Any) -> Header:
    return header(spec(expect={"workflow": {"phase": "Error"}}, **more), argo="v3.7.15")


def quiet(given: Header | None = None) -> Tape:
    tape = Tape(given or head()).lease().workflow("Running", node("main", "Running", started=0))
    tape.pod("u1").pod("u1", "Failed", main=143, wait=137)
    tape.workflow("Running", node("main", "Error", started=0, finished=0))
    for _ in range(6):
        tape.lease(dt=2)
    return tape


def healed(dt: float, given: Header | None = None) -> Tape:
    return quiet(given).nudge().workflow("Error", node("main", "Error", started=0, finished=0), dt=dt)


def test_going_on_at_once_after_the_nudge_is_a_violation() -> None:
    tape = healed(0.02)
    assert violated(tape) == ["goes-on-by-itself"]
    assert judge(tape.header, tape.entries).verdict is Verdict.FAIL


def test_a_slow_answer_may_be_a_slow_controller() -> None:
    tape = healed(3)
    assert told(tape).startswith("unknown: it went on")
    assert judge(tape.header, tape.entries).verdict is Verdict.INCONCLUSIVE


def test_a_waiver_lets_it_pass_and_shows_its_reason() -> None:
    tape = healed(0.02, head(waive=WAIVER)).end()
    judgement = judge(tape.header, tape.entries)
    assert judgement.verdict is Verdict.PASS
    assert "known to be lost" in judgement.reason
    assert "healed by nudge" in judgement.reason


def test_what_moves_after_something_else_did_went_on_by_itself() -> None:
    tape = quiet().nudge().result("main", "true")
    assert violated(tape.workflow("Error", node("main", "Error", started=0, finished=0))) == []


def test_a_pod_that_is_taken_away_after_the_nudge_was_so_by_the_controller() -> None:
    """It is deleted before the workflow is seen to end: what a pod does by itself is something else."""
    deleted = Tape(head()).lease().workflow("Running", node("main", "Pending", started=0))
    deleted.pod("u1", "Failed", main=1, wait=0)
    for _ in range(6):
        deleted.lease(dt=2)
    deleted.nudge().pod("u1", "Failed", main=1, wait=0, deleting=True, dt=0.02)
    assert violated(deleted.workflow("Error", node("main", "Error", started=0, finished=0))) == ["goes-on-by-itself"]


def test_a_pod_that_goes_on_by_itself_after_the_nudge_is_lawful() -> None:
    tape = quiet().nudge().pod("u1", "Failed", main=143, wait=1, dt=0.02)
    assert violated(tape.workflow("Error", node("main", "Error", started=0, finished=0))) == []
