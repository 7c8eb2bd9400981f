"""Backoff, maxDuration, activeDeadlineSeconds, stop and terminate: too early, too late, and lawfully late."""

from __future__ import annotations

from typing import Any

from harness.model.events import Stage
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.violations import told, violated

BACKOFF = {"limit": "3", "backoff": {"duration": "10s", "factor": "2", "maxDuration": "60s"}}


def retried(*starts: float, strategy: dict[str, Any] = BACKOFF, tape: Tape | None = None) -> Tape:
    """Attempts of a second each that begin at the given times."""
    templates = [{"name": "main", "retryStrategy": strategy}]
    tape = tape or Tape()
    attempts: list[dict[str, Any]] = []
    for number, start in enumerate(starts):
        attempts.append(node(f"a{number}", "Failed", name=f"wf.r({number})", started=start, finished=start + 1))
        group = node("r", "Running", type="Retry", name="wf.r", children=[a["id"] for a in attempts])
        tape.workflow("Running", group, *attempts, templates=templates)
    return tape


def test_a_retry_that_comes_before_its_backoff() -> None:
    assert violated(retried(0, 11, 32)) == []
    assert violated(retried(0, 3)) == ["retries-respect-backoff"]
    assert violated(retried(0, 11, 25)) == ["retries-respect-backoff"]
    assert "r(1) started 2 s after the attempt before ended, its backoff is 10 s" in told(retried(0, 3)).replace(
        "a1", "r(1)"
    )


def test_a_cap_shortens_the_backoff_and_without_a_limit_there_is_none() -> None:
    capped = {"limit": 3, "backoff": {"duration": "10s", "factor": 40000, "cap": "5s"}}
    assert violated(retried(0, 6, 12, strategy=capped)) == []
    assert violated(retried(0, 6, 8, strategy=capped)) == ["retries-respect-backoff"]
    assert violated(retried(0, 2, strategy={"backoff": {"duration": "10s"}})) == []


def test_a_retry_after_the_max_duration() -> None:
    assert violated(retried(0, 62)) == []
    assert violated(retried(0, 80)) == ["retries-respect-backoff"]


def test_after_a_manual_retry_no_backoff_is_judged() -> None:
    scenario = spec(method=[{"when": {"workflow": {"final": True}}, "do": {"retry": {}}}])
    tape = Tape(header(scenario)).workflow("Running").fire().step(Stage.LANDED)
    assert violated(retried(0, 1, tape=tape)) == []


def bounded(seconds: float, end: float | None, **more: Any) -> Tape:
    """A step with a deadline that ends at `end`, or never within 200 s."""
    templates = [{"name": "main", "activeDeadlineSeconds": seconds} | more.pop("template", {})]
    tape = Tape().lease().workflow("Running", node("main", "Running", started=0), templates=templates, **more)
    for _ in range(40 if end is None else int(end) // 5):
        tape.lease(dt=5)
    if end is not None:
        tape.workflow("Running", node("main", "Failed", started=0, finished=end), templates=templates, **more)
    return tape


def test_a_step_past_its_deadline() -> None:
    assert violated(bounded(10, 12)) == []
    assert violated(bounded(10, 45)) == []
    assert violated(bounded(10, 90)) == ["deadlines-honoured"]
    assert violated(bounded(10, None)) == ["deadlines-honoured"]
    assert "main is Running 19" in told(bounded(10, None))


def test_a_workflow_past_its_deadline() -> None:
    def bounds(end: float | None) -> dict[str, Any]:
        return {"spec": {"activeDeadlineSeconds": 20, "templates": [{"name": "main"}]}, "end": end}

    for end, found in ((25, []), (None, ["deadlines-honoured"])):
        more = bounds(end)
        tape = Tape().lease().workflow("Running", node("main", "Running", started=0), spec=more["spec"])
        for _ in range(20):
            tape.lease(dt=5)
        if end is not None:
            tape.workflow("Failed", node("main", "Failed", started=0, finished=end), spec=more["spec"])
        assert violated(tape) == found


def test_what_may_lawfully_be_late() -> None:
    away = bounded(10, None)
    away.host(ready="Unknown")
    assert violated(away) == []
    silent = Tape().lease().workflow("Running", node("main", "Running", started=0), templates=TEN)
    silent.lease(dt=100).workflow("Running", node("main", "Failed", started=0, finished=95), templates=TEN)
    assert violated(silent) == []
    instead = bounded(10, 90, template={"retryStrategy": {"backoff": {"duration": "1s", "maxDuration": "80s"}}})
    assert violated(instead) == []


TEN = [{"name": "main", "activeDeadlineSeconds": 10}]


def stopped(how: str, *ids: str, seconds: int = 60) -> Tape:
    nodes = [node(key, "Running", started=0, name=f"wf{key}") for key in ids]
    more: dict[str, Any] = {"spec": {"shutdown": how, "templates": [{"name": "main"}]}}
    tape = Tape().lease().workflow("Running", *nodes).workflow("Running", *nodes, **more)
    for _ in range(seconds // 5):
        tape.lease(dt=5)
    ended = [node(key, "Failed", started=0, finished=seconds, name=f"wf{key}") for key in ids]
    return tape.workflow("Running", *ended, **more)


def test_a_node_that_does_not_heed_a_shutdown() -> None:
    assert violated(stopped("Stop", ".main", seconds=30)) == []
    assert violated(stopped("Stop", ".main")) == ["shutdown-honoured"]
    assert violated(stopped("Stop", ".onExit")) == []
    assert violated(stopped("Terminate", ".onExit")) == ["shutdown-honoured"]


def test_a_node_that_is_still_open_long_after_a_shutdown() -> None:
    more: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}
    tape = Tape().lease().workflow("Running", node("main", "Running", started=0), **more)
    for _ in range(12):
        tape.lease(dt=5)
    assert violated(tape) == ["shutdown-honoured"]
    assert violated(tape_away()) == []


def tape_away() -> Tape:
    more: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}
    tape = Tape().power(on=False).workflow("Running", node("main", "Running", started=0), **more)
    return tape.lease().lease(dt=100)


def test_a_pod_that_is_started_after_a_shutdown() -> None:
    more: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}

    def started(name: str, late: float) -> Tape:
        tape = Tape().lease().workflow("Running", node("main", "Running", started=0), **more)
        return tape.lease(dt=late).pod("u1", key="x", name=name, created=late)

    assert violated(started("wf.main", 20)) == ["shutdown-honoured"]
    assert violated(started("wf.main", 3)) == []
    assert violated(started("wf.onExit", 20)) == []
