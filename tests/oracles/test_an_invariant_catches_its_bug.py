"""Each invariant on its bug, and silent on what is lawful."""

from __future__ import annotations

from typing import Any

from harness.model.events import Resource, Verb
from tests.oracles.build import Tape, node
from tests.oracles.violations import told, violated


def running(**more: Any) -> Tape:
    return Tape().workflow("Running", node("main", "Running", started=0), **more)


def test_a_terminal_node_that_changes() -> None:
    done = node("main", "Succeeded", started=0, finished=1)
    again = node("main", "Running", started=0)
    assert violated(running().workflow("Running", done).workflow("Running", again)) == ["terminal-nodes-stay"]
    assert violated(running().workflow("Running", done).workflow("Running")) == ["terminal-nodes-stay"]
    unseen = running().workflow("Running", done).gap().workflow("Running", again)
    assert violated(unseen) == ["terminal-nodes-stay"]
    assert told(unseen).startswith("unknown: main was Succeeded")
    pods_gap = running().workflow("Running", done).gap(Resource.POD).workflow("Running", again)
    assert violated(pods_gap) == ["terminal-nodes-stay"]
    restarted = again | {"restartingPodUID": "u1"}
    assert violated(running().workflow("Running", done).workflow("Running", restarted)) == []


def test_finished_at() -> None:
    assert violated(running().workflow("Running", node("main", "Running", started=0, finished=1)))
    assert violated(running().workflow("Running", node("main", "Error", started=5, finished=1)))
    moved = running().workflow("Running", node("main", "Error", finished=1))
    assert violated(moved.workflow("Running", node("main", "Error", finished=2))) == ["finished-at-consistent"]
    late = running().workflow("Running", node("main", "Error", started=0))
    assert violated(late.workflow("Error", node("main", "Error", started=0, finished=1))) == []
    assert violated(running().workflow("Error", node("main", "Error", started=0))) == ["finished-at-consistent"]


def test_an_open_node_in_a_completed_workflow() -> None:
    tape = running().workflow("Failed", node("main", "Running", started=0))
    assert violated(tape) == ["completed-workflow-has-no-open-node"]


def test_completion_that_disagrees() -> None:
    done = node("main", "Error", started=0, finished=1)
    assert violated(running().workflow("Error", done, done=False)) == ["completion-agrees"] * 2
    labels = {"workflows.argoproj.io/phase": "Running", "workflows.argoproj.io/completed": "true"}
    assert violated(running().workflow("Error", done, labels=labels)) == ["completion-agrees"]
    assert violated(running().workflow("Error", done)) == []


def test_a_pod_after_completion() -> None:
    done = running().workflow("Succeeded", node("main", "Succeeded", started=0, finished=0))
    assert violated(done.pod("u1", created=9.0, verb=Verb.ADDED)) == ["no-pod-after-completion"]
    late = running().workflow("Succeeded", node("main", "Succeeded", started=0, finished=0))
    assert violated(late.pod("u1", created=0.0, verb=Verb.ADDED)) == []


def test_two_live_pods_for_one_attempt() -> None:
    assert violated(running().pod("u1").pod("u2")) == ["one-live-pod-per-attempt"]
    assert violated(running().pod("u1").pod("u2", key="other")) == []
    assert violated(running().pod("u1").pod("u1", deleting=True).pod("u2")) == []
    assert violated(running().pod("u1").pod("u1", "Failed", main=1).pod("u2")) == []


def test_retries_beyond_the_limit_or_with_a_hole() -> None:
    templates = [{"name": "main", "retryStrategy": {"limit": "1"}}]

    def attempts(*numbers: int) -> Tape:
        nodes = [node(f"a{n}", "Failed", name=f"wf.r({n})", started=0, finished=1) for n in numbers]
        retry = node("r", "Running", type="Retry", children=[f"a{n}" for n in numbers], name="wf.r")
        return Tape().workflow("Running", retry, *nodes, templates=templates)

    assert violated(attempts(0, 1)) == []
    assert violated(attempts(0, 1, 2)) == ["retries-within-limit"]
    assert violated(attempts(1)) == ["retries-within-limit"]
