"""Conditions, what they aim at, and when a run may stop."""

from __future__ import annotations

from typing import Any

from harness.model.events import EndReason, Stage, Verb
from harness.oracles.conditions import Match, holds
from harness.oracles.decide import Decision, decided
from harness.scenario.types import Scenario, Step
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.test_stuck_is_proven import waited


def step(when: dict[str, Any], verb: dict[str, Any] | None = None) -> Step:
    return Step.model_validate({"when": when, "inject": verb or {"delete-pod": {"force": True}}})


def match(tape: Tape, when: dict[str, Any], verb: dict[str, Any] | None = None) -> Match | None:
    made = step(when, verb)
    return holds(made.when, tape.state, made, tape.t)


RUNNING = {"node": {"template": "main", "phase": "Running"}}


def test_a_node_condition_waits_for_the_phase_and_aims_at_the_pod() -> None:
    tape = Tape().workflow("Running", node("main", "Pending")).pod("u1")
    assert match(tape, RUNNING) is None
    found = match(tape.workflow("Running", node("main", "Running")), RUNNING)
    assert found is not None
    assert (found.target.pod_uid, found.target.host, found.seq) == ("u1", "node-1", 3)


def test_a_retry_node_is_not_taken_for_its_attempt() -> None:
    tape = Tape().workflow("Running", node("r", "Running", type="Retry", children=["a0"]))
    assert match(tape, RUNNING) is None
    tape.workflow("Running", node("r", "Running", type="Retry"), node("a0", "Running", name="wf.r(0)")).pod(
        "u1", key="a0"
    )
    found = match(tape, {"node": {"template": "main", "retry": 0, "phase": "Running"}})
    assert found is not None
    assert found.target.node_id == "a0"


def test_parts_must_hold_together_and_for_the_same_node() -> None:
    when = RUNNING | {"taskResult": {"template": "main", "completed": False}}
    tape = Tape().workflow("Running", node("a", "Running"), node("b", "Running")).pod("u1", key="a").pod("u2", key="b")
    assert match(tape, when) is None
    found = match(tape.result("b", "false"), when)
    assert found is not None
    assert found.target.pod_uid == "u2"


def test_nth_counts_what_has_moved_on_too() -> None:
    tape = Tape().workflow("Running", node("a", "Running")).pod("u1", key="a")
    assert match(tape, RUNNING | {"nth": 2}) is None
    tape.workflow("Running", node("a", "Succeeded"), node("b", "Running")).pod("u2", key="b")
    found = match(tape, RUNNING | {"nth": 2})
    assert found is not None
    assert found.target.pod_uid == "u2"


def test_a_pod_counts_by_its_template_before_its_node_exists() -> None:
    tape = Tape().workflow("Running").pod("u1", key="x")
    assert match(tape, {"pod": {"phase": "Running", "container": {"name": "main", "state": "running"}}}) is not None
    assert match(tape, {"pod": {"template": "other"}}) is None
    assert match(tape.pod("u1", key="x", verb=Verb.DELETED), {"pod": {"phase": "Running"}}) is None


def test_a_kill_waits_until_its_container_is_known() -> None:
    tape = Tape().workflow("Running", node("main", "Running")).pod("u1")
    assert match(tape, RUNNING, {"kill-process": {"container": "sidecar"}}) is None
    found = match(tape, RUNNING, {"kill-process": {"container": "wait"}})
    assert found is not None
    assert found.target.container_id == "u1-wait"


def test_host_landed_any_and_all() -> None:
    method = [{"name": "first", "when": RUNNING, "inject": {"power-off": {}}}]
    tape = Tape(header(spec(method=method))).workflow("Running", node("main", "Running")).pod("u1").host()
    down = {"host": {"ready": False}}
    assert match(tape.fire(host="node-1"), down) is None
    assert match(tape, {"landed": "first"}) is None
    tape.host(ready="Unknown").step(Stage.LANDED)
    assert match(tape, down) is not None
    assert match(tape, {"all": [down, {"landed": "first"}]}) is not None
    assert match(tape, {"any": [{"host": {"ready": True}}, {"landed": "first"}]}) is not None
    assert match(tape, {"any": [{"host": {"ready": True}}, {"landed": "second"}]}) is None


def decision(tape: Tape, scenario: dict[str, Any], now: float | None = None, argo: str = "v3.7.15") -> Decision:
    return decided(Scenario.model_validate(scenario), argo, tape.state, tape.t if now is None else now)


def test_a_run_stops_at_once_when_the_outcome_holds() -> None:
    tape = Tape().workflow("Running")
    assert decision(tape, spec()).reason is None
    assert decision(tape.workflow("Succeeded"), spec()).reason is EndReason.DECIDED


def test_a_final_workflow_gets_time_to_settle() -> None:
    scenario = spec(expect={"pods": [{"left": 0}]})
    tape = Tape().workflow("Running").pod("u1").workflow("Succeeded")
    waiting = decision(tape, scenario)
    assert waiting.reason is None
    assert waiting.ask_again is not None
    assert decision(tape, scenario, waiting.ask_again).reason is EndReason.DECIDED


def test_a_run_stops_at_its_bound_and_when_stuck() -> None:
    assert decision(Tape().workflow("Running"), spec(), 61.0).reason is EndReason.TIMEOUT
    hung = waited(Tape().lease().workflow("Running", node("main", "Running", started=0, type="Steps")))
    assert decision(hung, spec()).reason is EndReason.STUCK


METHOD = [{"name": "first", "when": RUNNING, "inject": {"delete-pod": {}}}]


def test_a_run_stops_when_a_step_failed_or_cannot_come_any_more() -> None:
    scenario = spec(method=METHOD)
    tape = Tape(header(scenario)).workflow("Running", node("main", "Running")).pod("u1").step(Stage.ARMED)
    assert decision(tape, scenario, 1000.0).reason is None
    over = tape.workflow("Succeeded", node("main", "Succeeded", finished=1))
    assert decision(over, scenario).reason is None
    assert decision(over, scenario, over.t + 3).reason is EndReason.DECIDED
    assert decision(tape.step(Stage.MISSED, detail="late"), scenario).reason is EndReason.DECIDED


def test_a_step_on_a_stuck_workflow_is_waited_for() -> None:
    scenario = spec(method=[{"name": "first", "when": {"workflow": {"stuck": True}}, "do": {"retry": {}}}])
    tape = Tape(header(scenario)).step(Stage.ARMED).lease().workflow("Running", node("m", "Running", type="Steps"))
    assert decision(waited(tape), scenario).reason is None
    hopeless = spec(method=METHOD)
    assert decision(tape, hopeless).reason is EndReason.STUCK
