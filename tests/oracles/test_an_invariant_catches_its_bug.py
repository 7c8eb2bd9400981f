"""Each invariant on its bug, and silent on what is lawful."""

from __future__ import annotations

from typing import Any

from harness.model.events import Resource, Verb
from tests.oracles.build import Tape, header, node, spec
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


def test_a_node_that_is_not_there_any_more() -> None:
    other, again = node("other", "Running", started=0), running().workflow("Running")
    assert violated(again) == ["terminal-nodes-stay"]
    assert told(running().workflow("Running")) == "main was Running and became gone"
    assert violated(running().workflow("Running", node("main", "Running", started=0), other)) == []
    unseen = running().gap().workflow("Running", other)
    assert told(unseen) == "unknown: main was Running and became gone, but the watch had a gap"


def test_a_manual_retry_may_remove_nodes() -> None:
    method = [{"when": {"workflow": {"final": True}}, "do": {"retry": {}}}]
    failed = node("main", "Failed", started=0, finished=0)
    tape = Tape(header(spec(method=method))).workflow("Running", node("main", "Running", started=0))
    assert violated(tape.workflow("Failed", failed).fire().workflow("Running", done=False)) == []


def test_a_node_that_finished_after_its_workflow() -> None:
    def late(seconds: float) -> Tape:
        return running().workflow("Error", node("main", "Error", started=0, finished=seconds))

    assert violated(late(5)) == []
    assert violated(late(7)) == ["finished-at-consistent"]
    assert told(late(7)) == "main finished 7 s after the workflow had"


def test_good_steps_over_a_failed_group() -> None:
    def steps(second: str) -> Tape:
        ends: dict[str, Any] = {"started": 0, "finished": 0}
        outer = node("s", "Succeeded", type="Steps", name="wf.s", children=["g0"], **ends)
        first = node("g0", "Succeeded", type="StepGroup", name="wf.s[0]", boundaryID="s", children=["main"], **ends)
        work = node("main", "Failed", name="wf.s[0].main", boundaryID="s", children=["g1"], **ends)
        group = node("g1", second, type="StepGroup", name="wf.s[1]", boundaryID="s", message="child failed", **ends)
        templates = [{"name": "main", "steps": [[{"name": "main", "continueOn": {"failed": True}}]]}]
        return Tape().workflow("Succeeded", outer, first, work, group, templates=templates)

    assert violated(steps("Succeeded")) == []
    assert violated(steps("Failed")) == ["success-hides-no-failure"]
    assert told(steps("Failed")) == "s is Succeeded although g1 is Failed"


def test_a_pod_that_was_given_up_with_its_node_is_no_success() -> None:
    """The garbage collector of pods makes it Failed and leaves its containers as they were: running."""
    over = node("main", "Succeeded", started=0, finished=1)
    lost = running().pod("u1").pod("u1", "Failed").workflow("Succeeded", over)
    assert violated(lost) == ["success-hides-no-failure"]
    assert "its main container was never seen to end" in told(lost)
    beside = running().pod("u1").pod("u1", "Failed", main=0, sidecar=137).workflow("Succeeded", over)
    assert violated(beside) == []


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
