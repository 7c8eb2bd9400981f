"""Every verdict, and that nothing damaged, interrupted or unproven comes out green."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from harness.model.events import EndReason, Resource, Stage
from harness.model.header import ScenarioRecord
from harness.model.verdicts import Judgement, StuckCause, Verdict
from harness.oracles.invariants import INVARIANTS
from harness.oracles.invariants.invariant import Wake
from harness.oracles.judge import judge
from harness.scenario.load import load_all
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.test_stuck_is_proven import waited

KILL = {
    "name": "kill-wait",
    "when": {"node": {"template": "main", "phase": "Running"}},
    "inject": {"kill-process": {"container": "wait"}},
}
WAIT: dict[str, Any] = {
    "pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "container": "wait", "container_id": "u1-wait",
    "host": "node-1", "workflow": "wf",
}  # fmt: skip
BUG = {
    "argo": ">=3.5.6,<3.5.11",
    "link": "argoproj/argo-workflows#13373",
    "expect": {"workflow": {"stuck": True}, "taskResults": [{"template": "main", "completed": False}]},
}
LOST = spec(
    method=[KILL],
    expect={"workflow": {"phase": "Error", "message": "*exit code 137*"}},
    **{"known-bugs": [BUG]},
)


def verdict(tape: Tape) -> Judgement:
    return judge(tape.header, tape.entries)


def lost(argo: str) -> Tape:
    """The kill of `wait` has landed."""
    tape = Tape(header(LOST, argo=argo)).lease().workflow("Running", node("main", "Running", started=0))
    tape.pod("u1").result("main", "false")
    tape.fire(**WAIT)
    return tape.pod("u1", "Failed", main=143, wait=137).step(Stage.LANDED)


def ended(tape: Tape) -> Tape:
    message = "wait: Error (exit code 137)"
    done = node("main", "Error", started=0, finished=1, message=message)
    return tape.workflow("Error", done, status={"message": message})


def stuck(tape: Tape) -> Tape:
    status = {"taskResultsCompletionStatus": {"main": False}}
    tape.workflow(
        "Running", node("main", "Error", started=0, finished=0, message="Error (exit code 137)"), status=status
    )
    return waited(tape)


def test_pass() -> None:
    judgement = verdict(ended(lost("v3.7.15")).end())
    assert judgement.verdict is Verdict.PASS
    assert judgement.reason == "Error: wait: Error (exit code 137)"
    assert [landing.name for landing in judgement.landings] == ["kill-wait"]


def test_known_bug_when_the_symptom_shows() -> None:
    judgement = verdict(stuck(lost("v3.5.10")).end(EndReason.STUCK))
    assert judgement.verdict is Verdict.KNOWN_BUG
    assert judgement.cause is StuckCause.TASK_RESULT_INCOMPLETE
    assert judgement.reason.startswith("stuck: task-result-incomplete (main, ")
    assert judgement.link == "argoproj/argo-workflows#13373"


def test_fixed_when_the_declared_bug_does_not_show() -> None:
    judgement = verdict(ended(lost("v3.5.10")).end())
    assert judgement.verdict is Verdict.FIXED
    assert "did not show" in judgement.reason


def test_fail_when_neither_shows() -> None:
    done = node("main", "Succeeded", started=0, finished=1)
    assert verdict(lost("v3.5.10").workflow("Succeeded", done).end()).verdict is Verdict.FAIL
    judgement = verdict(lost("v3.7.15").workflow("Succeeded", done).end())
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reason.startswith("workflow.phase: expected Error, seen Succeeded")


def test_fail_when_stuck_where_it_must_not_be() -> None:
    tape = stuck(lost("v3.7.15"))
    for _ in range(3):
        tape.lease(dt=2)
    tape.nudge()
    for _ in range(5):
        tape.lease(dt=2)
    judgement = verdict(tape.end(EndReason.STUCK))
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reason.startswith("stuck: task-result-incomplete")


@pytest.mark.parametrize("stage", [Stage.MISSED, Stage.REFUSED, Stage.UNPROVEN])
def test_inconclusive_without_proof(stage: Stage) -> None:
    tape = Tape(header(LOST, argo="v3.7.15")).workflow("Running", node("main", "Running", started=0)).step(Stage.ARMED)
    judgement = verdict(ended(tape.step(stage, detail="it was too late")).end())
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "too late" in judgement.reason


def test_inconclusive_when_a_step_never_fired_or_somebody_interrupted() -> None:
    tape = ended(Tape(header(LOST, argo="v3.7.15")))
    assert verdict(tape.end()).verdict is Verdict.INCONCLUSIVE
    assert verdict(ended(lost("v3.7.15")).end(EndReason.INTERRUPTED)).verdict is Verdict.INCONCLUSIVE


def test_inconclusive_when_a_gap_voids_a_check_that_is_needed() -> None:
    wanted = spec(expect={"workflow": {"phase": "Succeeded"}, "pods": [{"template": "main", "created": 1}]})
    tape = Tape(header(wanted)).workflow("Running", node("main", "Running", started=0)).pod("u1").gap(Resource.POD)
    tape.pod("u1", "Succeeded", main=0, wait=0).workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))
    assert verdict(tape.end()).verdict is Verdict.INCONCLUSIVE


def test_infra_for_the_harness_and_for_a_damaged_history() -> None:
    assert verdict(ended(lost("v3.7.15")).end(EndReason.INFRA, detail="etcd died")).reason == "etcd died"
    assert verdict(ended(lost("v3.7.15"))).verdict is Verdict.INFRA
    broken = replace(header(LOST), scenario=ScenarioRecord(name="x", sha256="", spec={"name": 1}))
    assert judge(broken, ended(lost("v3.7.15")).end().entries).verdict is Verdict.INFRA


def test_a_crashed_oracle_is_infra(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        name = "broken"
        wakes = frozenset(Wake)

        def observe(self, entry: object, state: object) -> list[Any]:
            raise KeyError("node")

        def finish(self, state: object) -> list[Any]:
            return []

    monkeypatch.setattr("harness.oracles.judge.INVARIANTS", {**INVARIANTS, "broken": Broken})
    judgement = verdict(ended(lost("v3.7.15")).end())
    assert judgement.verdict is Verdict.INFRA
    assert "broken crashed at entry 2: KeyError" in judgement.reason


def reopened(scenario: dict[str, Any], echo: dict[str, Any]) -> Tape:
    """`argo retry` of a workflow whose exit handler failed, after which `echo` looks as given."""
    good = node("echo", "Succeeded", started=0, finished=1, templateName="echo")
    bad = node("exit", "Failed", started=1, finished=2, name="wf.onExit", templateName="fail")
    tape = Tape(header(scenario)).workflow("Failed", good, bad).fire(detail="retry")
    tape.workflow("Running", echo).command().step(Stage.LANDED, detail="retry")
    again = node("exit", "Failed", started=5, finished=6, name="wf.onExit", templateName="fail")
    return tape.workflow("Failed", echo, again, dt=6.0).end()


RETRY = {"name": "again", "when": {"workflow": {"final": True}}, "do": {"retry": {}}}
UNTOUCHED = {"template": "echo", "phase": "Succeeded", "unchangedSince": "again"}
ANEW = {"template": "fail", "changedSince": "again"}


def test_a_retry_that_leaves_the_good_node_alone_passes() -> None:
    scenario = spec(method=[RETRY], expect={"workflow": {"phase": "Failed"}, "nodes": [UNTOUCHED, ANEW]})
    tape = reopened(scenario, node("echo", "Succeeded", started=0, finished=1, templateName="echo"))
    assert verdict(tape).verdict is Verdict.PASS


def test_a_retry_that_spoils_the_good_node_violates_unless_declared() -> None:
    spoilt = node("echo", "Error", started=0, finished=1, templateName="echo", message="pod deleted")
    expect = {"workflow": {"phase": "Failed"}, "nodes": [UNTOUCHED]}
    judgement = verdict(reopened(spec(method=[RETRY], expect=expect), spoilt))
    assert judgement.verdict is Verdict.FAIL
    assert [violation.invariant for violation in judgement.violations] == ["terminal-nodes-stay"]
    symptom = {"nodes": [{"template": "echo", "phase": "Error"}]}
    bug = {"argo": "<3.5.11", "link": "unreported", "expect": symptom}
    assert (
        verdict(reopened(spec(method=[RETRY], expect=expect, **{"known-bugs": [bug]}), spoilt)).verdict is Verdict.FAIL
    )
    listed = bug | {"expect": symptom | {"violations": ["terminal-nodes-stay"]}}
    told = verdict(reopened(spec(method=[RETRY], expect=expect, **{"known-bugs": [listed]}), spoilt))
    assert told.verdict is Verdict.KNOWN_BUG


def test_a_waiver_takes_a_violation_out_of_the_verdict() -> None:
    scenario = spec(waive=[{"invariant": "completed-workflow-has-no-open-node", "reason": "a test"}])
    open_node = node("main", "Running", started=0)
    assert verdict(Tape(header(scenario)).workflow("Succeeded", open_node).end()).verdict is Verdict.PASS
    assert verdict(Tape(header()).workflow("Succeeded", open_node).end()).verdict is Verdict.FAIL


def test_the_same_history_gives_the_same_bytes() -> None:
    tape = stuck(lost("v3.5.10")).end(EndReason.STUCK)
    assert json.dumps(asdict(verdict(tape))) == json.dumps(asdict(verdict(tape)))


def test_every_seed_scenario_survives_the_header() -> None:
    folder = Path(__file__).parents[2] / "scenarios" / "seeds"
    for file in sorted(folder.glob("*.yaml")):
        for loaded in load_all(file):
            given = loaded.scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
            assert judge(header(given), Tape(header(given)).workflow("Running").end().entries).verdict in Verdict
            assert type(loaded.scenario).model_validate(given) == loaded.scenario
