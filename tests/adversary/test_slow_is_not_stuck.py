"""Workflows that would go on, and controllers that are not there: none of them is stuck."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.events import EndReason, MachineLoad, Resource
from harness.model.header import ControllerSettings
from harness.model.verdicts import StuckCause, Verdict
from harness.oracles.judge import judge
from harness.oracles.stuck import healed_by_nudge, quiescence, stuck
from tests.oracles.build import FAST, Tape, header, node, stamp
from tests.oracles.test_stuck_is_proven import hung, waited
from tests.oracles.violations import violated


def idle(tape: Tape, seconds: int = 6) -> Tape:
    for _ in range(seconds // 2):
        tape.lease(dt=2)
    return tape


def test_a_controller_that_died_right_after_the_nudge_leaves_no_stuck_workflow() -> None:
    """It renewed once and never again: nobody was there to answer. The next renewal was due after 5 s."""
    tape = idle(hung()).nudge().lease(dt=0.1)
    assert stuck(tape.state, tape.t + 12) is None


def test_a_renewal_from_before_the_nudge_that_arrives_late_is_no_sign_of_life() -> None:
    tape = idle(hung()).nudge(dt=1.5)
    spec = {"holderIdentity": "controller-1", "renewTime": f"{stamp(tape.t - 1)[:-1]}.500000Z"}
    tape.see(Resource.LEASE, {"metadata": {"name": "workflow-controller"}, "spec": spec}, dt=8.5)
    assert stuck(tape.state, tape.t) is None


def test_a_controller_that_took_over_after_the_nudge_has_not_ignored_it() -> None:
    tape = idle(hung()).nudge()
    for _ in range(3):
        tape.lease(dt=2)
    tape.lease(dt=2.5, holder="controller-2")
    assert stuck(tape.state, tape.t) is None


@pytest.mark.parametrize("name", ["workflow-controller-canary", "workflow-controller-leader-of-others"])
def test_the_lease_of_another_instance_is_not_the_controllers(name: str) -> None:
    tape = idle(hung()).nudge()
    for number in range(5):
        spec = {"holderIdentity": "other", "renewTime": f"{stamp(tape.t)[:-1]}.{number:06d}Z"}
        tape.see(Resource.LEASE, {"metadata": {"name": name}, "spec": spec}, dt=2)
    assert stuck(tape.state, tape.t) is None


@pytest.mark.parametrize("value", ["true", "false"])
def test_without_a_lease_nobody_knows_that_the_controller_lives(value: str) -> None:
    """`false` does not even switch the election off: Argo asks for exactly "true"."""
    settings = ControllerSettings(env=FAST | {"LEADER_ELECTION_DISABLE": value})
    tape = Tape(header(settings=settings)).workflow("Running", node("main", "Error", started=0, finished=0))
    tape.nudge(dt=6)
    assert stuck(tape.state, tape.t + 30) is None


@pytest.mark.parametrize("resource", [Resource.WORKFLOW, Resource.POD, Resource.TASK_RESULT])
def test_silence_after_a_gap_is_not_silence(resource: Resource) -> None:
    """After a 410 nothing but hosts and leases is listed anew: the end of the workflow may have been in the gap."""
    tape = waited(hung().gap(resource))
    assert stuck(tape.state, tape.t) is None


def test_a_workflow_that_waits_for_its_own_lock_is_not_stuck() -> None:
    """`spec.synchronization` puts the message on the workflow; there is no node yet."""
    status = {"message": "Waiting for ns/Mutex/x lock. Lock status: 0/1"}
    tape = waited(Tape().lease().workflow("Pending", status=status))
    assert stuck(tape.state, tape.t) is None


def test_a_workflow_that_waits_for_its_volume_is_not_stuck() -> None:
    status = {"message": "Waiting for a PVC to be created. exceeded quota"}
    tape = waited(Tape().lease().workflow("Pending", status=status))
    assert stuck(tape.state, tape.t) is None


def deadline(text: str) -> dict[str, Any]:
    return {"templates": [{"name": "main", "activeDeadlineSeconds": text}]}


def test_a_deadline_that_is_an_expression_may_still_come() -> None:
    tape = Tape().lease().workflow("Running", node("main", "Running", started=0), **deadline("{{inputs.parameters.s}}"))
    assert stuck(waited(tape).state, tape.t) is None


def test_a_lease_that_nobody_holds_makes_nothing_stuck() -> None:
    """Withstood."""
    tape = idle(hung()).nudge()
    for _ in range(5):
        tape.lease(dt=2, holder="")
    assert "nobody holds" in " ".join(quiescence(tape.state, tape.t).blockers)
    assert stuck(tape.state, tape.t) is None


def told_about(load: float) -> tuple[Verdict, StuckCause | None]:
    """The verdict on a hang, on a machine of two cores with that load."""
    tape = waited(hung())
    seq, wall = len(tape.entries) + 1, tape.state.wall
    tape.add(
        MachineLoad(
            seq=seq,
            t=tape.t,
            wall=wall,
            seconds=tape.t,
            cores=2,
            busy=1.0,
            steal=0.0,
            load=load,
            stall=0.0,
            pressure=0.95,
        )
    )
    judgement = judge(tape.header, tape.end(EndReason.STUCK).entries)
    return judgement.verdict, judgement.cause


def test_silence_on_a_starved_machine_is_no_hang() -> None:
    assert told_about(4.0) == (Verdict.FAIL, StuckCause.TASK_RESULT_INCOMPLETE)
    assert told_about(90.0) == (Verdict.INCONCLUSIVE, None)


def test_who_was_away_when_it_was_nudged_did_not_need_the_nudge() -> None:
    """A new controller goes through everything by itself; the nudge of the one before has nothing to do with it."""
    tape = idle(hung()).nudge().lease(dt=1.5, holder="controller-2")
    tape.workflow("Error", node("main", "Error", started=0, finished=0), dt=0.2)
    assert "goes-on-by-itself" not in violated(tape)
    assert not healed_by_nudge(tape.state)


def test_a_backoff_counts_from_when_the_controller_saw_the_attempt_end() -> None:
    """It waits all of it from then on: seen 4 s late, the next attempt comes 4 s later than its stamps say."""
    retry = {"limit": "3", "backoff": {"duration": "15s"}}
    group = node("r", "Running", started=0, type="Retry", children=["a0"])
    tape = Tape().lease().workflow("Running", group, node("a0", "Running", started=0, name="wf.r(0)"), **retried(retry))
    for _ in range(2):
        tape.lease(dt=2.5)
    ended = node("a0", "Failed", started=0, finished=1, name="wf.r(0)")
    seen = tape.workflow("Running", group, ended, **retried(retry)).t
    while tape.t < seen + 15.0:
        tape.lease(dt=2.5)
        assert not quiescence(tape.state, tape.t).reached
    assert quiescence(tape.lease(dt=5).state, tape.t).reached


def retried(strategy: dict[str, Any]) -> dict[str, Any]:
    return {"templates": [{"name": "main", "retryStrategy": strategy}]}


@pytest.mark.parametrize("taken", [True, False])
def test_who_has_just_been_given_a_lock_is_not_quiet(taken: bool) -> None:
    status = {"message": "Waiting for ns/Mutex/x lock. Lock status: 0/1"}
    tape = Tape().lease().rival("other", "ns/Mutex/x").workflow("Pending", status=status)
    tape = idle(tape, 20)
    if taken:
        tape.rival("other")
    quiet = quiescence(tape.state, tape.t)
    assert not quiet.reached
    assert quiet.settled == (tape.t if taken else pytest.approx(tape.t - 20))
    later = quiescence(idle(tape).state, tape.t)
    assert later.reached is taken
