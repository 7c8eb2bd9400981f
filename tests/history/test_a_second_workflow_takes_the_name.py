"""A workflow that is deleted and comes again under its name is another one: what the first left is none of its own."""

from __future__ import annotations

from typing import Any

from harness.model.events import Ended, EndReason, Resource, Verb
from harness.model.phases import Phase
from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from tests.oracles.build import Tape, header, node, spec

LABELS = {"workflows.argoproj.io/workflow": "wf"}


def owned(owner: str) -> list[dict[str, Any]]:
    return [{"kind": "Workflow", "uid": owner, "name": "wf"}]


def pod(tape: Tape, uid: str, owner: str, verb: Verb = Verb.MODIFIED, phase: str = "Running") -> None:
    meta = {"name": f"pod-{uid}", "uid": uid, "labels": LABELS, "ownerReferences": owned(owner)}
    meta["annotations"] = {"workflows.argoproj.io/node-id": "main"}
    tape.see(Resource.POD, {"metadata": meta, "status": {"phase": phase}}, verb)


def result(tape: Tape, uid: str, owner: str, verb: Verb = Verb.MODIFIED) -> None:
    meta = {"name": "main", "uid": uid, "labels": LABELS, "ownerReferences": owned(owner)}
    tape.see(Resource.TASK_RESULT, {"metadata": meta}, verb)


def first() -> Tape:
    tape = Tape()
    tape.workflow("Running", node("main", "Running"), uid="w1")
    pod(tape, "p1", "w1")
    result(tape, "r1", "w1")
    last = {"phase": "Running", "nodes": {"main": node("main", "Running")}}
    tape.see(Resource.WORKFLOW, {"metadata": {"name": "wf", "uid": "w1"}, "status": last}, Verb.DELETED)
    return tape


def test_the_second_begins_with_nothing() -> None:
    tape = first()
    assert tape.state.deleted is not None
    tape.workflow("", uid="w2")
    state = tape.state
    assert (dict(state.nodes), dict(state.pods), dict(state.task_results)) == ({}, {}, {})
    assert state.deleted is None
    assert state.submitted is not None
    assert state.submitted.seq == state.seq


def test_what_becomes_of_the_firsts_pods_is_told_of_the_first() -> None:
    tape = first()
    tape.workflow("", uid="w2")
    pod(tape, "p1", "w1", phase="Failed")
    pod(tape, "p1", "w1", Verb.DELETED, phase="Failed")
    result(tape, "r1", "w1", Verb.DELETED)
    (former,) = tape.state.former
    assert former.uid == "w1"
    assert former.pods["p1"].gone is not None
    assert former.nodes["main"].last.phase is Phase.RUNNING
    assert not tape.state.pods
    assert not tape.state.task_results


def test_what_the_second_has_is_its_own_also_where_it_is_seen_before_it_is() -> None:
    tape = first()
    pod(tape, "p2", "w2")
    result(tape, "r2", "w2")
    tape.workflow("Running", node("main", "Running"), uid="w2")
    assert list(tape.state.pods) == ["p2"]
    assert [trace.pod.uid for trace in tape.state.pods_of("main")] == ["p2"]
    assert list(tape.state.task_results) == ["main"]
    assert list(tape.state.former[0].pods) == ["p1"]


def test_a_last_word_of_the_first_does_not_bring_it_back() -> None:
    tape = first()
    tape.workflow("", uid="w2")
    tape.workflow("Failed", uid="w1")
    assert tape.state.workflow is not None
    assert tape.state.workflow.uid == "w2"
    assert len(tape.state.former) == 1


def test_a_node_that_only_the_first_had_has_not_disappeared_and_two_pods_of_two_workflows_are_no_twins() -> None:
    tape = first()
    tape.workflow("Running", node("main", "Running"), uid="w2")
    pod(tape, "p2", "w2")
    tape.workflow("Succeeded", node("main", "Succeeded"), uid="w2")
    tape.add(Ended(**tape._stamps(0.1), reason=EndReason.DECIDED))
    judgement = judge(tape.header, tape.entries)
    kept = {"terminal-nodes-stay", "one-live-pod-per-attempt"}
    assert judgement.verdict is not Verdict.INFRA
    assert not [each for each in judgement.violations if each.invariant in kept]


def test_without_uids_all_is_of_one_workflow() -> None:
    tape = Tape(header(spec()))
    tape.workflow("Running", node("main", "Running"))
    tape.workflow("Succeeded", node("main", "Succeeded"))
    assert not tape.state.former
