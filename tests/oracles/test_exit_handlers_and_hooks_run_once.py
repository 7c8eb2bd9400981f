"""Exit handlers and hooks: missing, early, twice, and lawfully absent."""

from __future__ import annotations

from typing import Any

from harness.model.events import Resource, Stage, Verb
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.violations import violated

SPEC = {"entrypoint": "main", "onExit": "bye", "templates": [{"name": "main"}, {"name": "bye"}]}


def root(phase: str) -> dict[str, Any]:
    ended = {"finished": 1} if phase not in ("Running", "Pending") else {}
    return node("wf", phase, name="wf", started=0, **ended)


def handler(phase: str, **more: Any) -> dict[str, Any]:
    ended = {"finished": 2} if phase not in ("Running", "Pending") else {}
    return node("bye", phase, name="wf.onExit", templateName="bye", started=1, **ended | more)


def begun(given: dict[str, Any] = SPEC) -> Tape:
    return Tape().workflow("Running", root("Running"), spec=given).workflow("Running", root("Failed"), spec=given)


def test_an_exit_handler_that_never_ran() -> None:
    assert violated(begun().workflow("Failed", root("Failed"), handler("Succeeded"), spec=SPEC)) == []
    assert violated(begun().workflow("Failed", root("Failed"), spec=SPEC)) == ["exit-handler-runs-once"]


def test_an_exit_handler_that_lawfully_did_not_run() -> None:
    terminated = SPEC | {"shutdown": "Terminate"}
    assert violated(begun(terminated).workflow("Failed", root("Failed"), spec=terminated)) == []
    hooks = {"hooks": {"exit": {"template": "bye", "expression": "workflow.status == 'Succeeded'"}}}
    maybe = {"entrypoint": "main", "templates": SPEC["templates"]} | hooks
    assert violated(begun(maybe).workflow("Failed", root("Failed"), spec=maybe)) == []
    message: dict[str, Any] = {"status": {"message": "error in entry template execution: no such template"}}
    assert violated(begun().workflow("Error", root("Failed"), spec=SPEC, **message)) == []
    assert violated(Tape().workflow("Error", spec=SPEC, status={"message": "invalid spec"})) == []


def test_an_exit_hook_of_the_workflow_counts_as_its_exit_handler() -> None:
    hooked = {"entrypoint": "main", "hooks": {"exit": {"template": "bye"}}, "templates": SPEC["templates"]}
    assert violated(begun(hooked).workflow("Failed", root("Failed"), spec=hooked)) == ["exit-handler-runs-once"]


def test_an_exit_handler_that_is_still_open_at_the_end() -> None:
    found = violated(begun().workflow("Failed", root("Failed"), handler("Running"), spec=SPEC))
    assert found == ["completed-workflow-has-no-open-node", "exit-handler-runs-once"]


def test_an_exit_handler_that_begins_before_the_end() -> None:
    tape = Tape().workflow("Running", root("Running"), spec=SPEC)
    tape.workflow("Running", root("Running"), handler("Pending"), spec=SPEC)
    assert violated(tape) == ["exit-handler-runs-once"]


def ran_twice(name: str) -> Tape:
    return begun().pod("u1", key="bye", name=name).pod("u1", "Succeeded", key="bye", name=name, main=0, wait=0)


def test_an_exit_handler_that_gets_a_second_pod() -> None:
    again = ran_twice("wf.onExit").pod("u2", key="bye", name="wf.onExit")
    assert violated(again) == ["exit-handler-runs-once"]
    below = ran_twice("wf.onExit[0].mail").pod("u2", key="bye", name="wf.onExit[0].mail")
    assert violated(below) == ["exit-handler-runs-once"]
    assert violated(ran_twice("wf.onExit").pod("u2", key="other", name="wf.onExit(1)")) == []


def test_an_exit_handler_that_begins_again_after_its_end() -> None:
    tape = begun().workflow("Running", root("Failed"), handler("Succeeded"), spec=SPEC)
    again = tape.workflow("Running", root("Failed"), handler("Running"), spec=SPEC)
    assert violated(again) == ["terminal-nodes-stay", "exit-handler-runs-once"]
    tape = begun().workflow("Running", root("Failed"), handler("Succeeded"), spec=SPEC).gap(Resource.WORKFLOW)
    across = violated(tape.workflow("Running", root("Failed"), handler("Running"), spec=SPEC))
    assert "exit-handler-runs-once" not in across


def test_a_manual_retry_runs_the_exit_handler_lawfully_once_more() -> None:
    scenario = spec(method=[{"when": {"workflow": {"final": True}}, "do": {"retry": {}}}])
    tape = Tape(header(scenario)).workflow("Failed", root("Failed"), handler("Failed"), spec=SPEC)
    tape.pod("u1", "Failed", key="bye", name="wf.onExit", verb=Verb.ADDED, main=1).fire()
    tape.workflow("Running", root("Failed"), spec=SPEC).command().step(Stage.LANDED)
    tape.pod("u2", key="bye", name="wf.onExit", created=2)
    assert violated(tape.workflow("Failed", root("Failed"), handler("Failed"), spec=SPEC)) == []


def dag(**task: Any) -> dict[str, Any]:
    return {"templates": [{"name": "main", "dag": {"tasks": [{"name": "a", "template": "x"} | task]}}, {"name": "x"}]}


def with_task(given: dict[str, Any], *more: dict[str, Any], phase: str = "Succeeded") -> Tape:
    top = node("wf", "Succeeded", name="wf", type="DAG", children=["a"], started=0, finished=2)
    task = node("a", phase, name="wf.a", templateName="x", boundaryID="wf", started=0, finished=1)
    return Tape().workflow("Succeeded", top, task, *more, spec=given)


def test_an_exit_hook_of_a_task_that_never_ran() -> None:
    hook = node("h", "Succeeded", name="wf.a.onExit", boundaryID="wf", started=1, finished=2)
    assert violated(with_task(dag(hooks={"exit": {"template": "x"}}), hook)) == []
    assert violated(with_task(dag(hooks={"exit": {"template": "x"}}))) == ["hooks-run-once"]
    assert violated(with_task(dag(onExit="x"))) == ["hooks-run-once"]


def test_an_exit_hook_that_lawfully_did_not_run() -> None:
    assert violated(with_task(dag(hooks={"exit": {"template": "x", "expression": "false"}}))) == []
    assert violated(with_task(dag(onExit="x"), phase="Skipped")) == []
    assert violated(with_task(dag(onExit="x") | {"shutdown": "Stop"})) == []
    assert violated(with_task(dag(hooks={"running": {"template": "x", "expression": "true"}}))) == []


def test_a_hook_that_runs_twice() -> None:
    tape = begun().pod("u1", key="h", name="wf.hooks.running").pod("u1", "Succeeded", key="h", name="wf.hooks.running")
    assert violated(tape.pod("u2", key="h", name="wf.hooks.running")) == ["hooks-run-once"]
    tape = begun().pod("u1", key="h", name="wf.a.onExit").pod("u1", "Succeeded", key="h", name="wf.a.onExit")
    assert violated(tape.pod("u2", key="h", name="wf.a.onExit")) == ["hooks-run-once"]
