"""Every cause of a hang by its own evidence, and its twin that only looks like it."""

from __future__ import annotations

from typing import Any

from harness.model.events import Verb
from harness.model.verdicts import StuckCause
from harness.oracles.stuck import quiescence, stuck
from tests.oracles.build import Tape, holding, node
from tests.oracles.test_stuck_is_proven import hung, waited

MUTEX = "ns/Mutex/m"
WAITS = f"Waiting for {MUTEX} lock. Lock status: 0/1"


def cause(tape: Tape) -> StuckCause | None:
    waited(tape)
    found = stuck(tape.state, tape.t)
    return found.cause if found else None


def running(*nodes: dict[str, Any], **more: Any) -> Tape:
    return Tape().lease().workflow("Running", *nodes, **more)


def top(phase: str, kind: str = "DAG", **more: Any) -> dict[str, Any]:
    end = {"finished": 2} if phase != "Running" else {}
    return node("wf", phase, name="wf", type=kind, started=0, **end | more)


def test_a_parent_that_is_not_closed() -> None:
    child = node("a", "Succeeded", started=0, finished=1)
    assert cause(running(top("Running", children=["a"]), child)) is StuckCause.PARENT_NOT_CLOSED
    assert cause(running(top("Succeeded", "Pod"))) is StuckCause.PARENT_NOT_CLOSED


def test_a_parent_of_something_open_is_not_the_cause() -> None:
    child = node("a", "Running", started=0)
    tape = running(top("Running", children=["a"]), child).pod("u1", key="a").pod("u1", key="a", verb=Verb.DELETED)
    assert cause(tape) is StuckCause.POD_GONE


def test_an_exit_handler_that_hangs_or_never_begins() -> None:
    given: dict[str, Any] = {"spec": {"onExit": "bye", "templates": [{"name": "main"}]}}
    assert cause(running(top("Failed", "Pod"), **given)) is StuckCause.EXIT_HANDLER
    hangs = node("x", "Running", name="wf.onExit", type="DAG", started=2)
    assert cause(running(top("Failed", "Pod"), hangs, **given)) is StuckCause.EXIT_HANDLER


def test_an_exit_handler_that_works_is_not_stuck() -> None:
    given: dict[str, Any] = {"spec": {"onExit": "bye", "templates": [{"name": "main"}]}}
    handler = node("x", "Running", name="wf.onExit", started=2)
    assert cause(running(top("Failed", "Pod"), handler, **given).pod("u1", key="x")) is None


def test_a_lock_that_is_held_by_nobody() -> None:
    waiting = node("m", "Pending", message=WAITS)
    gone = running(waiting).rival("other", MUTEX).rival("other", MUTEX, verb=Verb.DELETED)
    assert cause(gone) is StuckCause.LOCK_HELD_BY_NOBODY
    over: dict[str, Any] = {"workflows.argoproj.io/completed": "true"}
    assert cause(running(waiting).rival("other", MUTEX).rival("other", labels=over)) is StuckCause.LOCK_HELD_BY_NOBODY
    ended = node("a", "Succeeded", started=0, finished=1)
    leaked = running(waiting, ended, status={"synchronization": holding(MUTEX, "ns/wf/a")})
    assert cause(leaked) is StuckCause.LOCK_HELD_BY_NOBODY
    free = node("m", "Pending", message=WAITS.replace("0/1", "1/1"))
    assert cause(running(free)) is StuckCause.LOCK_HELD_BY_NOBODY


def test_a_lock_that_somebody_may_hold_is_not_stuck() -> None:
    waiting = node("m", "Pending", message=WAITS)
    assert cause(running(waiting).rival("other", MUTEX)) is None
    assert cause(running(waiting)) is None
    elsewhere = node("m", "Pending", message=WAITS.replace("ns/Mutex", "elsewhere/Mutex"))
    assert cause(running(elsewhere)) is None
    assert cause(running(waiting).rival("other", MUTEX).gap().rival("other", verb=Verb.DELETED)) is None


def pending(**more: Any) -> Tape:
    return running(node("main", "Pending", started=0), **more).pod("u1", "Pending", scheduled=False)


def test_a_pod_that_cannot_be_scheduled_although_it_should_be_gone() -> None:
    stopped: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}
    assert cause(pending(**stopped)) is StuckCause.PENDING_UNSCHEDULABLE
    late = pending(templates=[{"name": "main", "activeDeadlineSeconds": 5}])
    for _ in range(8):
        late.lease(dt=5)
    assert cause(late) is StuckCause.PENDING_UNSCHEDULABLE


def test_a_pod_that_cannot_be_scheduled_as_such_is_not_stuck() -> None:
    assert cause(pending()) is None
    assert cause(pending(templates=[{"name": "main", "activeDeadlineSeconds": 600}])) is None
    starting: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}
    assert cause(running(node("main", "Pending", started=0), **starting).pod("u1", "Pending")) is None


def test_suspended_and_shut_down() -> None:
    stopped: dict[str, Any] = {"shutdown": "Stop", "templates": [{"name": "main"}]}
    asleep = node("s", "Running", type="Suspend", started=0)
    assert cause(running(asleep, spec=stopped)) is StuckCause.SUSPENDED_AND_SHUT_DOWN
    assert cause(running(top("Running"), spec=stopped | {"suspend": True})) is StuckCause.SUSPENDED_AND_SHUT_DOWN


def test_suspended_alone_is_not_stuck() -> None:
    assert cause(running(node("s", "Running", type="Suspend", started=0))) is None
    assert cause(running(top("Running"), spec={"suspend": True, "templates": []})) is None


def test_what_no_cause_fits_is_unknown() -> None:
    assert cause(running(top("Running"))) is StuckCause.UNKNOWN


def test_a_slow_machine_is_not_stuck() -> None:
    """The watch is late: the nudge was accepted and has not been seen yet, so neither has what it led to."""
    tape = hung()
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge(echo=False)
    for _ in range(6):
        tape.lease(dt=2)
    assert stuck(tape.state, tape.t) is None
    tape.workflow("Error", node("main", "Error", started=0, finished=0))
    assert stuck(tape.state, tape.t + 60) is None


def test_a_slow_controller_is_not_stuck() -> None:
    """It renews its lease so late that it may be about to lose it."""
    tape = hung()
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge().lease(dt=2)
    assert stuck(tape.state, tape.t + 8) is not None
    assert stuck(tape.state, tape.t + 9) is None


def test_a_long_backoff_is_not_stuck() -> None:
    strategy: dict[str, Any] = {"limit": 3, "backoff": {"duration": "1h"}}
    attempt = node("a", "Failed", name="wf.r(0)", started=0, finished=1)
    group = node("r", "Running", type="Retry", name="wf.r", started=0, children=["a"])
    tape = running(group, attempt, templates=[{"name": "main", "retryStrategy": strategy}])
    assert cause(tape) is None
    assert "backoff" in " ".join(quiescence(tape.state, tape.t).blockers)
