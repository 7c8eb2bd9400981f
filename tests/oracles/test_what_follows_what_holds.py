"""DAG tasks wait for their depends; nothing that succeeded hides a failure, and nothing failed for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harness.oracles import depends
from tests.oracles.build import Tape, node
from tests.oracles.violations import told, violated


def dag(*tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"templates": [{"name": "top", "dag": {"tasks": list(tasks)} | more}, {"name": "main", "container": {}}]}


def task(name: str, depends_on: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "template": "main"} | ({"depends": depends_on} if depends_on else {}) | more


def group(phase: str = "Running", kind: str = "DAG", **more: Any) -> dict[str, Any]:
    end = {"finished": 3} if phase != "Running" else {}
    return node("wf", phase, name="wf", type=kind, templateName="top", started=0, **end | more)


def below(key: str, phase: str, **more: Any) -> dict[str, Any]:
    end = {"finished": 1} if phase not in ("Running", "Pending", "Omitted") else {}
    return node(key, phase, **{"name": f"wf.{key}", "boundaryID": "wf", "started": 0} | end | more)


def grown(spec: dict[str, Any], *steps: list[dict[str, Any]]) -> Tape:
    tape = Tape()
    for nodes in steps:
        tape.workflow("Running", group(), *nodes, spec=spec)
    return tape


AB = dag(task("a"), task("b", "a"))


def test_a_task_that_starts_before_what_it_depends_on() -> None:
    assert violated(grown(AB, [below("a", "Succeeded")], [below("a", "Succeeded"), below("b", "Pending")])) == []
    early = grown(AB, [below("a", "Running")], [below("a", "Running"), below("b", "Pending")])
    assert violated(early) == ["dag-task-waits-for-depends"]
    assert "b started as Pending while a, on which it depends, was Running" in told(
        grown(AB, [below("a", "Running")], [below("a", "Running"), below("b", "Pending")])
    )
    assert violated(grown(AB, [below("b", "Running")])) == ["dag-task-waits-for-depends"]


def test_a_task_whose_depends_does_not_hold() -> None:
    failed = below("a", "Failed")
    assert violated(grown(AB, [failed, below("b", "Running")])) == ["dag-task-waits-for-depends"]
    assert violated(grown(AB, [failed, below("b", "Omitted")])) == []
    excused = dag(task("a", continueOn={"failed": True}), task("b", dependencies=["a"]))
    assert violated(grown(excused, [failed, below("b", "Running")])) == []
    assert violated(grown(dag(task("a"), task("b", "a.Failed")), [failed, below("b", "Running")])) == []


def test_what_is_not_understood_is_not_judged() -> None:
    odd = dag(task("a"), task("b", "a.Succeeded ? 1 : 2"))
    assert violated(grown(odd, [below("a", "Running"), below("b", "Running")])) == []
    twice = AB | {"templates": [*AB["templates"], {"name": "top", "dag": {"tasks": []}}]}
    assert violated(grown(twice, [below("a", "Running"), below("b", "Running")])) == []


def test_a_daemon_may_run_while_others_depend_on_it() -> None:
    assert violated(grown(AB, [below("a", "Running", daemoned=True), below("b", "Running")])) == []


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a.Failed || b.Failed && c.Failed", True),
        ("(a.Failed || b.Failed) && c.Failed", False),
        ("!a.Failed || c.Failed", False),
        ("!(b.Failed && c.Failed)", True),
    ],
)
def test_the_operators_bind_as_in_argo(expression: str, value: bool) -> None:  # a parameter
    assert depends.holds(expression, lambda name, _: name == "a") is value


@pytest.mark.parametrize("expression", ["a &&", "(a", "a b", "a == 1", "&& a", "a)"])
def test_a_broken_expression_is_not_understood(expression: str) -> None:
    with pytest.raises(depends.NotUnderstood):
        depends.holds(expression, lambda *_: True)


def ended(phase: str, spec: dict[str, Any], *nodes: dict[str, Any], root: dict[str, Any], **more: Any) -> Tape:
    return Tape().workflow(phase, root, *nodes, spec=spec, **more)


def test_a_dag_that_hides_a_failed_target() -> None:
    bad = below("b", "Failed")
    nodes = [below("a", "Succeeded"), bad]
    hidden = ended("Succeeded", AB, *nodes, root=group("Succeeded", children=["a"]))
    assert violated(hidden) == ["success-hides-no-failure"]
    excused = dag(task("a"), task("b", "a", continueOn={"failed": True}))
    assert violated(ended("Succeeded", excused, *nodes, root=group("Succeeded", children=["a"]))) == []
    handled = dag(task("b"), task("a", "b.Failed"))
    assert violated(ended("Succeeded", handled, *nodes, root=group("Succeeded", children=["b"]))) == []


STEPS = {"templates": [{"name": "top", "steps": [[{"name": "s", "template": "main"}]]}, {"name": "main"}]}


def steps(step: str, group_phase: str, **more: Any) -> list[dict[str, Any]]:
    top = group(group_phase, kind="Steps", children=["g"])
    inner = below("g", group_phase, type="StepGroup", name="wf[0]", templateName="", children=["s"], finished=2)
    return [top, inner, below("s", step, name="wf[0].s", **more)]


def test_a_step_group_that_hides_a_failed_step() -> None:
    assert violated(Tape().workflow("Succeeded", *steps("Failed", "Succeeded"), spec=STEPS)) == [
        "success-hides-no-failure"
    ]
    assert violated(Tape().workflow("Succeeded", *steps("Succeeded", "Succeeded"), spec=STEPS)) == []
    excused = {"name": "s", "template": "main", "continueOn": {"failed": True}}
    lenient = {"templates": [{"name": "top", "steps": [[excused]]}, {"name": "main"}]}
    assert violated(Tape().workflow("Succeeded", *steps("Failed", "Succeeded"), spec=lenient)) == []


def test_a_group_that_failed_for_nothing() -> None:
    found = violated(Tape().workflow("Failed", *steps("Succeeded", "Failed"), spec=STEPS))
    assert found == ["success-hides-no-failure"]
    stopped = STEPS | {"shutdown": "Stop"}
    assert violated(Tape().workflow("Failed", *steps("Succeeded", "Failed"), spec=stopped)) == []


def test_a_workflow_whose_phase_is_not_that_of_its_nodes() -> None:
    good, bad = node("wf", "Succeeded", name="wf", started=0, finished=1), node("wf", "Failed", name="wf", finished=1)
    assert violated(Tape().workflow("Succeeded", bad)) == ["success-hides-no-failure"]
    assert violated(Tape().workflow("Failed", good)) == ["success-hides-no-failure"]
    assert violated(Tape().workflow("Failed", good, status={"message": "metrics are invalid"})) == []
    handler = node("bye", "Failed", name="wf.onExit", started=1, finished=2)
    assert violated(Tape().workflow("Failed", good, handler)) == []


def test_a_retry_node_succeeds_by_its_last_attempt() -> None:
    top = node("wf", "Succeeded", name="wf", type="Retry", children=["a", "b"], started=0, finished=2)
    first = node("a", "Failed", name="wf(0)", started=0, finished=1)
    for phase, found in (("Succeeded", []), ("Failed", ["success-hides-no-failure"])):
        last = node("b", phase, name="wf(1)", started=1, finished=2)
        assert violated(Tape().workflow("Succeeded", top, first, last)) == found


def test_a_pod_node_that_succeeded_although_its_container_did_not() -> None:
    good = node("main", "Succeeded", started=0, finished=1)
    assert violated(Tape().pod("u1", "Failed", main=1, wait=0).workflow("Succeeded", good)) == [
        "success-hides-no-failure"
    ]
    assert violated(Tape().pod("u1", "Failed", main=0, wait=1).workflow("Succeeded", good)) == []
    daemon = {"templates": [{"name": "main", "daemon": True}]}
    assert violated(Tape().pod("u1", "Failed", main=143, wait=0).workflow("Succeeded", good, spec=daemon)) == []
