"""Histories that were made up, cut or bent so that a verdict would be green although Argo misbehaved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.events import EndReason, Resource, Stage
from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from harness.oracles.stuck import healed_by_nudge
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.test_stuck_is_proven import waited

if TYPE_CHECKING:
    from harness.model.header import Header

KILL = {
    "name": "kill-wait",
    "when": {"node": {"template": "main", "phase": "Running"}},
    "inject": {"kill-process": {"container": "wait"}},
}
WAIT: dict[str, Any] = {
    "pod": "pod-u1",
    "pod_uid": "u1",
    "container": "wait",
    "container_id": "u1-wait",
    "node_id": "main",
    "host": "node-1",
    "workflow": "wf",
}
GREEN = (Verdict.PASS, Verdict.KNOWN_BUG)


def verdict(tape: Tape) -> Verdict:
    return judge(tape.header, tape.entries).verdict


def expecting(**expect: Any) -> Header:
    return header(spec(expect={"within": "60s"} | expect), argo="v3.7.15")


def hung(head: Header) -> Tape:
    """`main` has succeeded and the workflow never ends."""
    tape = Tape(head).lease().workflow("Running", node("main", "Running", started=0)).pod("u1")
    tape.pod("u1", "Succeeded", main=0, wait=0)
    return waited(tape.workflow("Running", node("main", "Succeeded", started=0, finished=0)))


NODES = {"nodes": [{"template": "main", "phase": "Succeeded"}]}


def test_a_stuck_workflow_does_not_pass_because_nobody_asked_about_the_workflow() -> None:
    assert verdict(hung(expecting(**NODES)).end(EndReason.STUCK)) not in GREEN


@pytest.mark.parametrize("reason", [EndReason.TIMEOUT, EndReason.DECIDED])
def test_a_workflow_that_has_not_ended_does_not_pass(reason: EndReason) -> None:
    tape = Tape(expecting(**NODES)).lease().workflow("Running", node("main", "Succeeded", started=0, finished=0))
    assert verdict(tape.end(reason, dt=60)) not in GREEN


def test_a_message_on_a_running_workflow_does_not_pass() -> None:
    tape = Tape(expecting(workflow={"message": "*lock*"})).workflow("Running", status={"message": "Waiting for a lock"})
    assert verdict(tape.end(EndReason.TIMEOUT, dt=60)) not in GREEN


def test_a_workflow_that_was_never_seen_does_not_pass() -> None:
    tape = Tape(expecting(pods=[{"template": "main", "created": 0}])).lease()
    assert verdict(tape.end(EndReason.TIMEOUT, dt=60)) not in GREEN


def test_an_expectation_that_checks_nothing_does_not_pass() -> None:
    tape = Tape(header(spec(expect={}))).workflow("Failed", node("main", "Failed", started=0, finished=1))
    assert verdict(tape.end()) not in GREEN


def test_a_symptom_that_checks_nothing_is_not_reproduced() -> None:
    bug = {"argo": "*", "link": "unreported", "expect": {}}
    head = header(spec(**{"known-bugs": [bug]}), argo="v3.7.15")
    tape = Tape(head).workflow("Failed", node("main", "Failed", started=0, finished=1))
    assert verdict(tape.end()) not in GREEN


def test_an_outcome_that_came_after_its_bound_does_not_pass() -> None:
    tape = Tape(expecting(workflow={"phase": "Succeeded"})).lease().workflow("Running", node("main", "Running"))
    tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=599), dt=600)
    assert verdict(tape.end()) not in GREEN


def test_a_workflow_that_only_the_nudge_brought_to_its_end_does_not_pass() -> None:
    """Seen for real: oom-wait and task-result-lost on v3.7.15 end 10 ms after the nudge, after 12 silent seconds."""
    tape = Tape(expecting(workflow={"phase": "Error"})).lease().workflow("Running", node("main", "Running", started=0))
    tape.pod("u1").pod("u1", "Failed", main=143, wait=137)
    tape.workflow("Running", node("main", "Error", started=0, finished=0))
    for _ in range(6):
        tape.lease(dt=2)
    tape.nudge().workflow("Error", node("main", "Error", started=0, finished=0), dt=0.01)
    assert healed_by_nudge(tape.state)
    assert verdict(tape.end()) not in GREEN


def test_a_run_that_also_meets_the_expectation_is_fixed_and_no_known_bug() -> None:
    """The symptom says less than `expect` does, so a healthy run shows it, too, and the bug would never count as fixed.

    Lint cannot see that: the two lines differ.
    """
    healthy = {"workflow": {"phase": "Error"}, "nodes": [{"template": "main", "phase": "Error", "message": "*137*"}]}
    bug = {"argo": "*", "link": "unreported", "expect": {"nodes": [{"template": "main", "phase": "Error"}]}}
    head = header(spec(expect=healthy, **{"known-bugs": [bug]}))
    done = node("main", "Error", started=0, finished=1, message="wait: exit code 137")
    assert verdict(Tape(head).workflow("Error", done).end()) is Verdict.FIXED


def test_a_landing_that_the_history_does_not_prove_is_inconclusive() -> None:
    """The line says `landed`, but nothing that was seen bears it out: the wait container ended by itself."""
    head = header(spec(method=[KILL]), argo="v3.7.15")
    tape = Tape(head).lease().workflow("Running", node("main", "Running", started=0)).pod("u1")
    tape.fire(**WAIT).pod("u1", "Succeeded", main=0, wait=0).step(Stage.LANDED, detail="trust me")
    tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))
    assert verdict(tape.end()) is Verdict.INCONCLUSIVE


def test_the_proof_that_is_shown_is_the_one_that_was_made() -> None:
    head = header(spec(method=[KILL]), argo="v3.7.15")
    tape = Tape(head).lease().workflow("Running", node("main", "Running", started=0)).pod("u1")
    tape.fire(**WAIT).pod("u1", main=0, wait=137).step(Stage.LANDED, detail="trust me")
    tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1)).end()
    [landing] = judge(tape.header, tape.entries).landings
    assert landing.proof == "container wait of pod pod-u1 ended with exit 137 after SIGKILL"


@pytest.mark.parametrize(("lingered", "found"), [(1.0, Verdict.INCONCLUSIVE), (31.0, Verdict.PASS)])
def test_who_leaves_early_has_not_seen_what_is_left_over(lingered: float, found: Verdict) -> None:
    wanted = expecting(workflow={"phase": "Succeeded"}, linger="30s")
    tape = Tape(wanted).lease().workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))
    judgement = judge(tape.header, tape.end(dt=lingered).entries)
    assert judgement.verdict is found
    assert judgement.reason.endswith("not for 30s") is (found is Verdict.INCONCLUSIVE)


def test_a_landing_without_a_call_is_inconclusive() -> None:
    tape = Tape(header(spec(method=[KILL]), argo="v3.7.15")).workflow("Running", node("main", "Running", started=0))
    tape.step(Stage.LANDED).workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))
    assert verdict(tape.end()) is Verdict.INCONCLUSIVE


def test_nodes_that_cannot_be_read_any_more_are_not_judged_by_what_they_were() -> None:
    wanted = expecting(workflow={"phase": "Succeeded"}, nodes=[{"template": "main", "phase": "Running"}])
    tape = Tape(wanted).workflow("Running", node("main", "Running", started=0))
    hidden = {"nodes": {}, "offloadNodeStatusVersion": "fnv:1"}
    assert verdict(tape.workflow("Succeeded", status=hidden).end()) not in GREEN


def lossy(resource: Resource, **expect: Any) -> Tape:
    tape = Tape(expecting(workflow={"phase": "Succeeded"}, **expect)).workflow("Running", node("main", "Running"))
    tape.pod("u1").result("main", "false").gap(resource)
    return tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))


def test_pods_left_are_not_counted_across_a_gap() -> None:
    """A pod that was made in the gap was never seen: nobody lists pods anew."""
    tape = Tape(expecting(workflow={"phase": "Succeeded"}, pods=[{"template": "main", "left": 0}]))
    tape.workflow("Running", node("main", "Running")).gap(Resource.POD)
    done = node("main", "Succeeded", started=0, finished=1)
    assert verdict(tape.workflow("Succeeded", done).end()) not in GREEN


def test_a_label_that_may_have_changed_in_a_gap_is_unknown() -> None:
    tape = lossy(Resource.TASK_RESULT, taskResults=[{"template": "main", "completed": False}])
    assert verdict(tape.end()) not in GREEN


def test_a_gap_does_not_hide_a_changed_node() -> None:
    wanted = expecting(workflow={"phase": "Succeeded"})
    tape = Tape(wanted).workflow("Running", node("main", "Failed", started=0, finished=1)).gap(Resource.WORKFLOW)
    tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))
    assert verdict(tape.end()) not in GREEN


def test_a_violation_of_another_node_is_not_excused_by_the_declared_one() -> None:
    bug = {
        "argo": "*",
        "link": "unreported",
        "expect": {"nodes": [{"template": "echo", "phase": "Error"}], "violations": ["terminal-nodes-stay"]},
    }
    tape = Tape(header(spec(**{"known-bugs": [bug]})))
    echo = node("echo", "Succeeded", started=0, finished=1, templateName="echo")
    other = node("other", "Succeeded", started=0, finished=1, templateName="other")
    tape.workflow("Running", echo, other)
    tape.workflow("Running", echo | {"phase": "Error"}, other | {"phase": "Failed"})
    assert verdict(tape.workflow("Error", echo | {"phase": "Error"}, other | {"phase": "Failed"}).end()) not in GREEN


def test_a_wall_clock_that_was_moved_in_the_file_is_infra() -> None:
    """Every stamp of Argo is placed by the last pair of clocks: one bent line makes any bound hold."""
    bound = {"from": {"workflow": "submitted"}, "to": {"node": {"template": "main", "at": "finished"}}}
    slow = expecting(workflow={"phase": "Succeeded"}, timing=[bound | {"at-most": "5s"}])
    tape = Tape(slow).workflow("Running", node("main", "Running", started=0))
    tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=40), dt=40).end()
    assert verdict(tape) is Verdict.FAIL
    bent = replace(tape.entries[-1], wall=tape.entries[-1].wall + 3600)
    assert judge(tape.header, [*tape.entries[:-1], bent]).verdict is Verdict.INFRA


def test_cut_histories_are_infra() -> None:
    """Withstood: no end, a hole in seq, an entry after the end."""
    done = node("main", "Succeeded", started=0, finished=1)
    assert verdict(Tape(header()).workflow("Succeeded", done)) is Verdict.INFRA


def test_a_removed_node_is_not_unchanged() -> None:
    """Withstood: nothing left to compare is not the same as nothing changed."""
    retry = {"name": "again", "when": {"workflow": {"final": True}}, "do": {"retry": {}}}
    untouched = {"template": "echo", "unchangedSince": "again"}
    tape = Tape(header(spec(method=[retry], expect={"workflow": {"phase": "Failed"}, "nodes": [untouched]})))
    echo = node("echo", "Succeeded", started=0, finished=1, templateName="echo")
    bad = node("bad", "Failed", started=1, finished=2, templateName="fail")
    tape.workflow("Failed", echo, bad).fire().command().workflow("Running", bad | {"phase": "Running"})
    tape.step(Stage.LANDED).workflow("Failed", bad)
    assert verdict(tape.end()) not in GREEN
