"""Stuck against everything that only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.events import Verb
from harness.model.verdicts import StuckCause
from harness.oracles.stuck import healed_by_nudge, quiescence, stuck
from tests.oracles.build import Tape, header, node


def hung(argo: str = "v3.5.10", **more: Any) -> Tape:
    """The wait container was killed: node Error, workflow Running, label false, pod ended."""
    tape = Tape(header(argo=argo)).lease().workflow("Running", node("main", "Running", started=0))
    tape.pod("u1").result("main", "false").pod("u1", "Failed", main=143, wait=137)
    status = {"taskResultsCompletionStatus": {"main": False}}
    return tape.workflow("Running", node("main", "Error", started=0, finished=0), status=status, **more)


def waited(tape: Tape) -> Tape:
    """Silence with a living controller, a nudge, silence."""
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge()
    for _ in range(5):
        tape.lease(dt=2)
    return tape


def test_a_result_that_never_completes_is_stuck_with_its_cause() -> None:
    tape = waited(hung())
    found = stuck(tape.state, tape.t)
    assert found is not None
    assert found.cause is StuckCause.TASK_RESULT_INCOMPLETE
    assert found.node == "main"


def test_a_gone_pod_is_stuck_with_its_cause() -> None:
    tape = Tape().lease().workflow("Running", node("main", "Running", started=0)).pod("u1").pod("u1", verb=Verb.DELETED)
    waited(tape)
    found = stuck(tape.state, tape.t)
    assert found is not None
    assert found.cause is StuckCause.POD_GONE


def test_not_stuck_without_a_nudge_or_before_it_had_its_time() -> None:
    tape = hung()
    for _ in range(6):
        tape.lease(dt=2)
    assert quiescence(tape.state, tape.t).reached
    assert stuck(tape.state, tape.t) is None
    tape.nudge().lease(dt=4)
    assert stuck(tape.state, tape.t) is None
    tape.lease(dt=4.5)
    assert stuck(tape.state, tape.t) is not None


def test_a_refused_nudge_proves_nothing() -> None:
    tape = hung()
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge(accepted=False)
    for _ in range(6):
        tape.lease(dt=2)
    assert stuck(tape.state, tape.t) is None


def test_the_echo_of_the_nudge_is_no_change() -> None:
    tape = hung()
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge()
    status = {"taskResultsCompletionStatus": {"main": False}}
    tape.workflow("Running", node("main", "Error", started=0, finished=0), status=status, annotations={"nudge": "1"})
    for _ in range(5):
        tape.lease(dt=2)
    assert stuck(tape.state, tape.t) is not None


def test_a_nudge_that_heals_is_told() -> None:
    tape = hung()
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge().workflow("Error", node("main", "Error", started=0, finished=0))
    assert healed_by_nudge(tape.state)
    assert stuck(tape.state, tape.t + 100) is None


BACKOFF = {"limit": "3", "backoff": {"duration": "60s", "factor": 2}}
MESSAGE = "Workflow processing has been postponed due to max parallelism limit"


def template(**more: Any) -> dict[str, Any]:
    return {"templates": [{"name": "main"} | more]}


LAWFUL: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    (
        "backoff",
        [
            node("r", "Running", started=0, type="Retry", children=["a0"]),
            node("a0", "Failed", finished=1, name="wf.r(0)"),
        ],
        template(retryStrategy=BACKOFF),
    ),
    ("suspended", [node("s", "Running", type="Suspend", started=0)], {}),
    ("resumes", [node("s", "Running", type="Suspend", started=0)], template(suspend={"duration": "1h"})),
    ("workflow is suspended", [node("m", "Succeeded", finished=1)], {"spec": {"suspend": True}}),
    ("deadline ends it", [node("m", "Error", finished=1)], {"spec": {"activeDeadlineSeconds": 600}}),
    ("deadline of node", [node("m", "Pending", started=0)], template(activeDeadlineSeconds="600")),
    ("lock", [node("m", "Pending", message="Waiting for ns/Mutex/x lock. Lock status: 0/1")], {}),
    ("max parallelism", [], {"status": {"message": MESSAGE}}),
]


@pytest.mark.parametrize(("blocker", "nodes", "more"), LAWFUL)
def test_what_waits_lawfully_is_not_stuck(blocker: str, nodes: list[dict[str, Any]], more: dict[str, Any]) -> None:
    tape = waited(Tape().lease().workflow("Running", *nodes, **more))
    assert stuck(tape.state, tape.t) is None
    assert blocker in " ".join(quiescence(tape.state, tape.t).blockers)


def test_a_pod_that_lives_or_cannot_be_scheduled_is_not_stuck() -> None:
    tape = waited(Tape().lease().workflow("Running", node("main", "Pending", started=0)).pod("u1", "Pending"))
    assert stuck(tape.state, tape.t) is None
    assert "pod-u1 is Pending" in quiescence(tape.state, tape.t).blockers[0]


def test_a_controller_that_is_down_makes_nothing_stuck() -> None:
    tape = hung().nudge(dt=6)
    assert "lease" in quiescence(tape.state, tape.t + 60).blockers[0]
    assert stuck(tape.state, tape.t + 60) is None
    unseen = Tape().workflow("Running", node("main", "Error", finished=1)).nudge(dt=6)
    assert stuck(unseen.state, unseen.t + 9) is None


def test_the_timers_of_a_release_are_waited_for() -> None:
    tape = hung(argo="v3.7.15")
    for _ in range(3):
        tape.lease(dt=2)
    assert "given up" in quiescence(tape.state, tape.t).blockers[0]
    for _ in range(3):
        tape.lease(dt=2)
    assert quiescence(tape.state, tape.t).reached


def test_a_final_workflow_is_never_stuck() -> None:
    tape = waited(Tape().lease().workflow("Error", node("main", "Error", finished=1)))
    assert stuck(tape.state, tape.t) is None
