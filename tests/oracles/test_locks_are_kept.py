"""Semaphores and mutexes: too many holders, holders that are gone, and the moment of handing on."""

from __future__ import annotations

from typing import Any

from harness.model.events import Verb
from tests.oracles.build import Tape, holding, node
from tests.oracles.violations import told, violated

MUTEX = "ns/Mutex/m"
SEMAPHORE = "ns/ConfigMap/locks/s"


def held(lock: str, *holders: str, phase: str = "Running", **more: Any) -> dict[str, Any]:
    return {"status": {"synchronization": holding(lock, *holders)} | more}


def running(tape: Tape, **more: Any) -> Tape:
    return tape.workflow("Running", node("main", "Running", started=0), **more)


def test_two_holders_of_a_mutex_in_one_workflow() -> None:
    assert violated(running(Tape(), **held(MUTEX, "ns/wf/a"))) == []
    assert violated(running(Tape(), **held(MUTEX, "ns/wf/a", "ns/wf/b"))) == ["locks-within-limit"]


def test_a_semaphore_over_the_limit_that_argo_announced() -> None:
    waiting = {"message": f"Waiting for {SEMAPHORE} lock. Lock status: 0/2"}
    two, three = ("ns/wf/a", "ns/wf/b"), ("ns/wf/a", "ns/wf/b", "ns/wf/c")
    assert violated(running(Tape(), **held(SEMAPHORE, *two, **waiting))) == []
    tape = running(Tape(), **held(SEMAPHORE, *three, **waiting))
    assert violated(tape) == ["locks-within-limit"]
    assert "3 holders, its limit is 2: ns/wf/a, ns/wf/b, ns/wf/c" in told(
        running(Tape(), **held(SEMAPHORE, *three, **waiting))
    )
    assert violated(running(Tape(), **held(SEMAPHORE, *three))) == []


def test_two_workflows_that_hold_one_mutex() -> None:
    tape = running(Tape(), **held(MUTEX, "ns/wf")).rival("other", MUTEX).rival("other", MUTEX, dt=6)
    assert violated(tape) == ["locks-within-limit"]
    at_the_end = running(Tape(), **held(MUTEX, "ns/wf")).rival("other", MUTEX).lease(dt=6)
    assert violated(at_the_end) == ["locks-within-limit"]


def test_a_lock_that_is_handed_on() -> None:
    """The one who takes it is seen before the one who gave it back."""
    tape = running(Tape(), **held(MUTEX, "ns/wf")).rival("other", MUTEX)
    assert violated(running(tape)) == []
    deleted = running(Tape(), **held(MUTEX, "ns/wf")).rival("other", MUTEX).rival("other", verb=Verb.DELETED)
    assert violated(deleted.lease(dt=10)) == []
    over = running(Tape()).rival("other", MUTEX, labels={"workflows.argoproj.io/completed": "true"})
    assert violated(running(over, **held(MUTEX, "ns/wf")).lease(dt=10)) == ["nothing-completed-holds-a-lock"]


def test_a_completed_workflow_that_holds_a_lock() -> None:
    done = node("main", "Succeeded", started=0, finished=0)
    tape = running(Tape()).workflow("Succeeded", done, **held(MUTEX, "ns/wf"))
    assert violated(tape) == ["nothing-completed-holds-a-lock"]
    assert violated(running(Tape()).workflow("Succeeded", done)) == []


def test_a_node_that_has_ended_and_never_gives_its_lock_back() -> None:
    done = node("main", "Failed", started=0, finished=0)

    def kept(seconds: float) -> Tape:
        tape = running(Tape().lease()).workflow("Running", done, **held(MUTEX, "ns/wf/main"))
        for _ in range(int(seconds) // 5):
            tape.lease(dt=5)
        return tape

    assert violated(kept(10)) == []
    assert violated(kept(60)) == ["nothing-completed-holds-a-lock"]
