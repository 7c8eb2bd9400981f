"""A known bug of one node excuses no other node that breaks the same invariant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.history.reader import read
from harness.model.events import Verb
from harness.model.verdicts import Verdict, Violation
from harness.mutation.corpus import CORPUS
from harness.oracles.blame import accounted
from harness.oracles.judge import judge
from harness.scenario.expectation import Outcome
from harness.scenario.load import load_all
from tests.oracles import test_exit_handlers_and_hooks_run_once as hooks
from tests.oracles import test_locks_are_kept as locks
from tests.oracles import test_markers_logs_and_leftovers_are_told as beside
from tests.oracles import test_retries_deadlines_and_shutdowns_keep_time as timed
from tests.oracles import test_what_follows_what_holds as holds
from tests.oracles.build import Tape, header, node, spec

if TYPE_CHECKING:
    from collections.abc import Callable

LAWFUL: Final = Path(__file__).parents[2] / "scenarios" / "lawful"
RUNNING: Final = node("main", "Running", started=0)
DONE: Final = node("main", "Succeeded", started=0, finished=0)
RETRY: Final = {"name": "main", "retryStrategy": {"limit": "0"}}


def running(*nodes: dict[str, Any], **more: Any) -> Tape:
    return Tape().workflow("Running", *nodes or (RUNNING,), **more)


def attempts(*numbers: int) -> Tape:
    nodes = [node(f"a{n}", "Failed", name=f"wf.r({n})", started=0, finished=1) for n in numbers]
    return running(node("r", "Running", type="Retry", children=[n["id"] for n in nodes]), *nodes, templates=[RETRY])


def early_handler() -> Tape:
    tape = Tape().workflow("Running", hooks.root("Running"), spec=hooks.SPEC)
    return tape.workflow("Running", hooks.root("Running"), hooks.handler("Pending"), spec=hooks.SPEC)


def open_handler() -> Tape:
    return hooks.begun().workflow("Failed", hooks.root("Failed"), hooks.handler("Running"), spec=hooks.SPEC)


def handler_again() -> Tape:
    tape = hooks.begun().workflow("Running", hooks.root("Failed"), hooks.handler("Succeeded"), spec=hooks.SPEC)
    return tape.workflow("Running", hooks.root("Failed"), hooks.handler("Running"), spec=hooks.SPEC)


def handler_with_pods(*uids: str) -> Tape:
    tape = hooks.begun().workflow("Running", hooks.root("Failed"), hooks.handler("Running"), spec=hooks.SPEC)
    for uid in uids:
        tape.pod(uid, "Failed", key="bye", name="wf.onExit", main=1, wait=0)
    return tape


def kept_lock() -> Tape:
    tape = locks.running(Tape().lease()).workflow("Running", DONE, **locks.held(locks.MUTEX, "ns/wf/main"))
    for _ in range(12):
        tape.lease(dt=5)
    return tape


def pod_after_a_stop() -> Tape:
    stopped: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}
    return running(**stopped).lease(dt=20).pod("u1", created=20)


def hidden_failure() -> Tape:
    return Tape().pod("u1", "Failed", main=1, wait=0).workflow("Succeeded", DONE)


BROKEN: Final[dict[str, tuple[str, str, Callable[[], Tape]]]] = {
    "it ends twice": (
        "terminal-nodes-stay", "main",
        lambda: running(DONE).workflow("Running", DONE | {"phase": "Error"}),
    ),
    "it vanishes": ("terminal-nodes-stay", "main", lambda: running().workflow("Running")),
    "it ends before it starts": (
        "finished-at-consistent", "main",
        lambda: running(node("main", "Error", started=5, finished=1)),
    ),
    "it ends without a stamp": (
        "finished-at-consistent", "main",
        lambda: running().workflow("Error", node("main", "Error", started=0)),
    ),
    "it stays open": ("completed-workflow-has-no-open-node", "main", lambda: running().workflow("Failed", RUNNING)),
    "its pod is late": (
        "no-pod-after-completion", "main",
        lambda: running().workflow("Succeeded", DONE).pod("u1", created=9.0, verb=Verb.ADDED),
    ),
    "it has two pods": ("one-live-pod-per-attempt", "main", lambda: running().pod("u1").pod("u2")),
    "one attempt too many": ("retries-within-limit", "a1", lambda: attempts(0, 1)),
    "one attempt too few": ("retries-within-limit", "r", lambda: attempts(1)),
    "a hasty attempt": ("retries-respect-backoff", "a1", lambda: timed.retried(0, 3)),
    "an early exit handler": ("exit-handler-runs-once", "bye", early_handler),
    "an open exit handler": ("exit-handler-runs-once", "bye", open_handler),
    "an exit handler that runs again": ("exit-handler-runs-once", "bye", handler_again),
    "an exit handler with two pods": (
        "exit-handler-runs-once", "bye",
        lambda: handler_with_pods("u1", "u2"),
    ),
    "a hook that never ran": ("hooks-run-once", "a", lambda: hooks.with_task(hooks.dag(onExit="x"))),
    "a lock is kept": ("nothing-completed-holds-a-lock", "main", kept_lock),
    "it starts early": (
        "dag-task-waits-for-depends", "b",
        lambda: holds.grown(holds.AB, [holds.below("a", "Running")], [holds.below("b", "Pending")]),
    ),
    "it is late": ("deadlines-honoured", "main", lambda: timed.bounded(10, 90)),
    "it stays": ("deadlines-honoured", "main", lambda: timed.bounded(10, None)),
    "it does not stop": ("shutdown-honoured", ".main", lambda: timed.stopped("Stop", ".main")),
    "its pod comes after the stop": ("shutdown-honoured", "main", pod_after_a_stop),
    "its container failed": ("success-hides-no-failure", "main", hidden_failure),
    "its group is good": (
        "success-hides-no-failure", "g",
        lambda: Tape().workflow("Succeeded", *holds.steps("Failed", "Succeeded"), spec=holds.STEPS),
    ),
    "its group failed for nothing": (
        "success-hides-no-failure", "g",
        lambda: Tape().workflow("Failed", *holds.steps("Succeeded", "Failed"), spec=holds.STEPS),
    ),
    "its marker is missing": ("markers-tell-the-truth", "main", lambda: beside.marked("")),
    "its pod is left": ("nothing-left-over", "main", lambda: beside.left(60)),
    "the log names it": (
        "controller-log-clean", "main",
        lambda: running().controller_log('msg="node is already fulfilled" nodeName=wf.main toPhase=Error'),
    ),
    "the log names it in JSON": (
        "controller-log-clean", "main",
        lambda: running().controller_log('{"msg":"node is already fulfilled","nodeName":"wf.main","toPhase":"Error"}'),
    ),
    "the log names it in quotes": (
        "controller-log-clean", "x",
        lambda: running(node("x", "Running", name="wf[0].x")).controller_log(
            'msg="node is already fulfilled" nodeName="wf[0].x"'
        ),
    ),
}  # fmt: skip


def found(tape: Tape, name: str) -> list[Violation]:
    """What the judge finds of that invariant."""
    tape.end()
    return [each for each in judge(tape.header, tape.entries).violations if each.invariant == name]


def outcome(**more: Any) -> Outcome:
    return Outcome.model_validate(more)


@pytest.mark.parametrize("case", BROKEN)
def test_the_node_is_blamed_and_the_bug_of_another_excuses_it_not(case: str) -> None:
    name, culprit, broken = BROKEN[case]
    tape = broken()
    violations = found(tape, name)
    assert culprit in {each.node for each in violations}
    mine = next(each for each in violations if each.node == culprit)
    last = tape.state.nodes[culprit].last
    itself = {"displayName": last.display_name, "type": last.type}
    assert accounted(mine, outcome(nodes=[itself], violations=[name]), tape.state)
    assert not accounted(mine, outcome(nodes=[{"displayName": "another"}], violations=[name]), tape.state)
    assert not accounted(mine, outcome(nodes=[itself], violations=["completion-agrees"]), tape.state)


def test_a_pod_of_which_the_workflow_shows_no_node_is_known_by_its_template() -> None:
    tape = Tape().workflow("Running").pod("u1", key="x").pod("u2", key="x")
    [twice] = found(tape, "one-live-pod-per-attempt")
    named = {"violations": ["one-live-pod-per-attempt"]}
    assert not accounted(twice, outcome(nodes=[{"template": "main"}], **named), tape.state)
    assert accounted(twice, outcome(nodes=[{"type": "Pod"}], **named), tape.state)
    assert not accounted(twice, outcome(nodes=[{"type": "Pod"}], **named), Tape().state)


def test_without_nodes_it_is_about_those_whose_pods_it_counts() -> None:
    tape = running().pod("u1").pod("u2")
    [twice] = found(tape, "one-live-pod-per-attempt")
    named = {"violations": ["one-live-pod-per-attempt"]}
    assert accounted(twice, outcome(pods=[{"template": "main", "created": 2}], **named), tape.state)
    assert not accounted(twice, outcome(pods=[{"template": "other", "created": 2}], **named), tape.state)
    assert not accounted(twice, outcome(taskResults=[{"template": "x", "completed": True}], **named), tape.state)
    assert accounted(twice, outcome(workflow={"phase": "Succeeded"}, **named), tape.state)


def test_what_no_single_node_did_is_excused_by_its_name() -> None:
    tape = running().workflow("Error", node("main", "Error", started=0, finished=1), done=False)
    violations = found(tape, "completion-agrees")
    assert {each.node for each in violations} == {""}
    declared = outcome(nodes=[{"displayName": "another"}], violations=["completion-agrees"])
    assert all(accounted(each, declared, tape.state) for each in violations)


def test_a_node_that_the_log_alone_names_is_none_that_is_declared() -> None:
    """Such as one of another workflow: a bug of `main` says nothing of it."""
    tape = running().controller_log('msg="node is already fulfilled" nodeName=other.main')
    [fulfilled] = found(tape, "controller-log-clean")
    named = {"violations": ["controller-log-clean"]}
    assert not accounted(fulfilled, outcome(nodes=[{"template": "main"}], **named), tape.state)
    assert accounted(fulfilled, outcome(workflow={"phase": "Succeeded"}, **named), tape.state)


def twice(*keys: str, **expect: Any) -> Verdict:
    """What a bug of `one` is worth where these have two pods at once."""
    symptom = {"workflow": {"phase": "Succeeded"}, "violations": ["one-live-pod-per-attempt"]} | expect
    bug = {"argo": "*", "link": "unreported", "expect": symptom}
    nodes = [node(key, "Succeeded", started=0, finished=1, templateName=key) for key in ("one", "two")]
    tape = Tape(header(spec(**{"known-bugs": [bug]}))).workflow("Running", *nodes)
    for key in keys:
        tape.pod(f"{key}-1", key=key).pod(f"{key}-2", key=key)
    for key in keys:
        tape.pod(f"{key}-1", "Succeeded", key=key, main=0, wait=0).pod(f"{key}-2", "Succeeded", key=key, main=0, wait=0)
    return judge(tape.header, tape.workflow("Succeeded", *nodes).end().entries).verdict


def test_the_bug_of_one_node_is_green_for_that_one_alone() -> None:
    about: dict[str, Any] = {"nodes": [{"template": "one", "phase": "Succeeded"}]}
    assert twice("one", **about) is Verdict.KNOWN_BUG
    assert twice("two", **about) is Verdict.FAIL
    assert twice("one", "two", **about) is Verdict.FAIL
    assert twice(**about) is Verdict.FIXED


def test_a_bug_that_only_another_node_shows_is_not_seen() -> None:
    """Also where that other one is waived: it must not stand in for the declared one."""
    waive = [{"invariant": "one-live-pod-per-attempt", "reason": "a test"}]
    symptom = {"nodes": [{"template": "one"}], "violations": ["one-live-pod-per-attempt"]}
    bug = {"argo": "*", "link": "unreported", "expect": symptom}
    given = spec(waive=waive, expect={"workflow": {"phase": "Error"}}, **{"known-bugs": [bug]})
    nodes = [node(key, "Succeeded", started=0, finished=1, templateName=key) for key in ("one", "two")]
    tape = Tape(header(given)).workflow("Running", *nodes).pod("u1", key="two").pod("u2", key="two")
    judgement = judge(tape.header, tape.workflow("Succeeded", *nodes).end().entries)
    assert judgement.verdict is Verdict.FAIL
    [check] = [each for each in judgement.checks if each.name.startswith("violations")]
    assert check.seen.startswith("violated by another node: 2 pods live for node two")


def test_a_recorded_bug_left_two_nodes_open_and_today_names_both() -> None:
    """When it was recorded, the scenario said nothing of the item that ran beside the one that failed."""
    recording = read(CORPUS / "fan-out-fails-fast-v3.5.10-1.jsonl.gz")
    entries = list(recording.entries())
    assert judge(recording.header, entries).verdict is Verdict.FAIL
    [today] = load_all(LAWFUL / "fan-out-fails-fast.yaml")
    given = today.scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    named = replace(recording.header, scenario=replace(recording.header.scenario, spec=given))
    assert judge(named, entries).verdict is Verdict.KNOWN_BUG
