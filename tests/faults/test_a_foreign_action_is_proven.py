"""What somebody else's action did is only believed where the scenario's own proof came to hold by it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from harness.model.events import Stage, Verb
from harness.oracles.aim import aim
from harness.oracles.conditions import holds_now
from harness.oracles.proofs import prove, still_on_target
from harness.scenario.conditions import Condition
from harness.scenario.types import Step
from harness.scenario.verbs import ChaosToolkit
from tests.oracles.build import Tape, header, node, spec

DELETING: dict[str, Any] = {"pod": {"template": "main", "deleting": True}}
WHEN: dict[str, Any] = {"pod": {"template": "main", "phase": "Running"}}


def written(proof: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    verb = {"action": "chaosk8s.pod.actions:terminate_pods", "proof": proof or DELETING, **more}
    return {"when": WHEN, "inject": {"chaos-toolkit": verb}}


def begun(proof: dict[str, Any] | None = None) -> Tape:
    tape = Tape(header(spec(method=[written(proof)])))
    return tape.workflow("Running", node("main", "Running"), node("main2", "Running")).pod("a")


def proof_of(tape: Tape) -> str | None:
    step = Step.model_validate(tape.header.scenario.spec["method"][0])
    found = prove(step, 0, tape.state)
    return found.text if found else None


def test_it_lands_when_its_proof_comes_to_hold() -> None:
    tape = begun().step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").command().step(Stage.ACCEPTED)
    assert proof_of(tape) is None
    tape.pod("a", deleting=True)
    assert proof_of(tape) == "newly so after chaosk8s.pod.actions:terminate_pods: pod pod-a Running deleting"


def test_what_was_over_before_the_answer_came_counts() -> None:
    tape = begun().step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf")
    tape.pod("a", deleting=True).pod("a", deleting=True, verb=Verb.DELETED).command().step(Stage.ACCEPTED)
    assert proof_of(tape) is not None


def test_of_an_action_that_was_given_a_pod_another_pod_proves_nothing() -> None:
    """podGC deletes a finished pod of the same template while the action finds nothing to do."""
    given = written(arguments={"name_pattern": "^{{pod}}$"})
    tape = Tape(header(spec(method=[given]))).workflow("Running", node("a", "Running"), node("b", "Running"))
    tape.pod("ua", key="a").pod("ub", key="b").step(Stage.ARMED)
    tape.step(Stage.TRIGGERED, pod="pod-ua", pod_uid="ua", node_id="a", host="node-1").command().step(Stage.ACCEPTED)
    assert proof_of(tape.pod("ub", key="b", deleting=True)) is None
    assert proof_of(tape.pod("ua", key="a", deleting=True)) is not None


def test_an_effect_without_its_cause_is_none() -> None:
    tape = begun().step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").command(1).step(Stage.ACCEPTED)
    assert proof_of(tape.pod("a", deleting=True)) is None


def test_a_cause_without_effect_is_none() -> None:
    tape = begun().step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").command().step(Stage.ACCEPTED)
    assert proof_of(tape.pod("a").pod("b", key="other", deleting=False)) is None


def test_what_held_before_the_call_proves_nothing_whoever_it_was() -> None:
    """Another pod of the template was going already."""
    tape = begun().pod("b", key="main2", deleting=True)
    step = Step.model_validate(written())
    problem = still_on_target(step, aim(step, None, tape.state) or pytest.fail("no target"), tape.state)
    assert problem is not None
    assert problem.startswith("its proof held before the call: pod pod-b")
    tape.step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").command().step(Stage.ACCEPTED)
    assert proof_of(tape.pod("a", deleting=True)) is None


def test_what_had_held_and_was_over_may_come_again() -> None:
    tape = begun({"node": {"template": "main", "phase": "Error"}})
    tape.workflow("Running", node("main", "Error")).workflow("Running", node("main", "Running"))
    tape.step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").command().step(Stage.ACCEPTED)
    assert proof_of(tape) is None
    tape.workflow("Running", node("main", "Error"))
    assert proof_of(tape) is not None


def test_parts_must_hold_at_the_same_time() -> None:
    both = {"all": [DELETING, {"node": {"template": "main", "phase": "Error"}}]}
    tape = begun(both).step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").command().step(Stage.ACCEPTED)
    tape.pod("a", deleting=True).pod("a", deleting=True, verb=Verb.DELETED)
    assert proof_of(tape.workflow("Running", node("main", "Error"))) is None
    tape.pod("c", key="main2", deleting=True)
    assert proof_of(tape) is not None


@pytest.mark.parametrize(
    "proof",
    [
        DELETING,
        {"node": {"template": "main", "phase": "Running"}},
        {"node": {"template": "main"}, "pod": {"phase": "Running"}},
        {"taskResult": {"completed": False}},
        {"workflow": {"phase": "Running"}},
        {"any": [{"workflow": {"final": True}}, {"pod": {"deleting": True}}]},
    ],
)
@pytest.mark.parametrize("deleting", [True, False])
def test_what_holds_now_is_what_a_trigger_takes_for_it(proof: dict[str, Any], deleting: bool) -> None:
    """The two ways to ask agree about the present."""
    tape = begun(proof).result("main", "false").pod("a", deleting=deleting)
    condition, step = Condition.model_validate(proof), Step.model_validate(written(proof))
    now = holds_now(condition, tape.state, tape.state.t) is not None
    target = aim(step, None, tape.state)
    assert target is not None
    assert (still_on_target(step, target, tape.state) is not None) is now


def test_a_pod_is_aimed_at_only_where_the_arguments_name_one() -> None:
    tape = begun()
    plain, naming = (
        Step.model_validate(written(arguments=given, target={"template": "main"}))
        for given in ({}, {"name_pattern": "^{{pod}}$", "deep": [{"on": "{{ host }}"}]})
    )
    assert [getattr(aim(step, None, tape.state), "pod", None) for step in (plain, naming)] == ["", "pod-a"]
    assert aim(naming, None, Tape().state) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"action": "no-function"}, "pattern"),
        ({"arguments": {"a": "{{node}}"}}, "{{node}} stands for nothing here"),
        ({"proof": {"landed": "other"}}, "landed proves nothing"),
        ({"proof": {"any": [{"pod": {}, "after": "2s"}]}}, "after proves nothing"),
        ({"proof": {"workflow": {"stuck": True}}}, "stuck proves nothing"),
        ({"attempts": 10}, "its attempts may take 309s"),
        ({"timeout": "0s"}, "they must get some time"),
    ],
)
def test_a_wrong_one_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ChaosToolkit.model_validate({"action": "a.b:c", "proof": DELETING, **wrong})
