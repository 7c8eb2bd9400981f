"""Each of these invariants meets on real histories what it is about: one fact of them changed, and it speaks up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.events import Resource, Verb
from harness.mutation import edits
from harness.mutation.corpus import CORPUS
from harness.mutation.mutant import broken, judged
from harness.mutation.tape import Tape, copied, load
from tests.oracles.recorded import RELEASES, of

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.mutation.tape import Raw


def holding(raw: Raw) -> list[dict[str, Any]]:
    synchronization = raw.get("status", {}).get("synchronization") or {}
    return [hold for kind in ("mutex", "semaphore") for hold in synchronization.get(kind, {}).get("holding") or []]


def versions_that_hold(tape: Tape) -> list[int]:
    return [index for index in tape.versions if holding(tape.moments[index].raw or {})]


def one_more_holder(raw: Raw) -> None:
    for hold in list(holding(raw)):
        if "holders" in hold:
            hold["holders"] = [*hold["holders"], f"{hold['holders'][0]}-too"]
        else:
            raw["status"]["synchronization"]["mutex"]["holding"].append({**hold, "holder": f"{hold['holder']}-too"})


def held_by_two(tape: Tape) -> Tape:
    return tape.edited(versions_that_hold(tape), one_more_holder)


def held_for_ever(tape: Tape) -> Tape:
    held = copied(tape.moments[versions_that_hold(tape)[-1]].raw)["status"]["synchronization"]
    return tape.edited(tape.versions[-1:], edits.status_edit(synchronization=held))


def without_nodes(tape: Tape, ending: str) -> Tape:
    def edit(raw: Raw) -> None:
        for key in [key for key, node in edits.nodes(raw).items() if node["name"].endswith(ending)]:
            del raw["status"]["nodes"][key]

    return tape.edited(tape.versions, edit)


def hook_never_ran(tape: Tape) -> Tape:
    return without_nodes(tape, ".work.onExit")


def handler_never_ran(tape: Tape) -> Tape:
    return without_nodes(tape, f"{tape.header.workflow}.onExit")


def named(raw: Raw, display_name: str) -> Raw | None:
    return next((node for node in edits.nodes(raw).values() if node["displayName"] == display_name), None)


def depends_on_success(tape: Tape) -> Tape:
    """What runs because `bad` failed is said to run because it succeeded."""

    def edit(raw: Raw) -> None:
        for task in raw["spec"]["templates"][0]["dag"]["tasks"]:
            if task["name"] == "after-failure":
                task["depends"] = "bad.Succeeded"

    return tape.edited(tape.versions, edit)


def marker_unwritten(tape: Tape) -> Tape:
    def edit(raw: Raw) -> None:
        for container in raw["status"].get("containerStatuses", []):
            container.get("state", {}).get("terminated", {}).pop("message", None)

    return tape.edited((index for index, _ in edits.pods(tape)), edit)


def never_collected(tape: Tape) -> Tape:
    """Its pods are neither deleted nor asked to go."""
    gone = [i for i in tape.where(Resource.POD) if getattr(tape.moments[i].entry, "verb", None) is Verb.DELETED]
    kept = tape.without(*gone)
    return kept.edited(
        (index for index, _ in edits.pods(kept)), lambda raw: raw["metadata"].pop("deletionTimestamp", None)
    )


def deadline_long_ago(tape: Tape) -> Tape:
    """It ended when it did, and should have ended a minute earlier."""

    def edit(raw: Raw) -> None:
        if started := raw.get("status", {}).get("startedAt"):
            raw["status"]["startedAt"] = edits.moved(started, -60.0)

    return tape.edited(tape.versions, edit)


def stop_ignored(tape: Tape) -> Tape:
    """Between the stop and what ended with it a minute goes by."""
    index = edits.first_where(tape, lambda raw: "shutdown" in raw["spec"])
    assert index is not None
    after = tape.versions[tape.versions.index(index) + 1]
    return edits.stretched(tape, after, 80.0)


def backoff_longer(tape: Tape) -> Tape:
    def edit(raw: Raw) -> None:
        raw["spec"]["templates"][0]["retryStrategy"]["backoff"]["duration"] = "60s"

    return tape.edited(tape.versions, edit)


LIES: list[tuple[str, str, Callable[[Tape], Tape]]] = [
    ("locks-within-limit", "semaphore-of-one", held_by_two),
    ("locks-within-limit", "mutex-among-steps", held_by_two),
    ("locks-within-limit", "semaphore-of-the-workflow", held_by_two),
    ("nothing-completed-holds-a-lock", "semaphore-of-one", held_for_ever),
    ("nothing-completed-holds-a-lock", "mutex-among-steps", held_for_ever),
    ("hooks-run-once", "hooks", hook_never_ran),
    ("exit-handler-runs-once", "hooks", handler_never_ran),
    ("exit-handler-runs-once", "failed-with-exit-handler", handler_never_ran),
    ("exit-handler-runs-once", "stopped-with-exit-handler", handler_never_ran),
    ("dag-task-waits-for-depends", "dag-depends", depends_on_success),
    ("markers-tell-the-truth", "markers", marker_unwritten),
    ("nothing-left-over", "pod-gc@pod-completion", never_collected),
    ("nothing-left-over", "pod-gc@workflow-success", never_collected),
    ("deadlines-honoured", "deadline-with-exit-handler", deadline_long_ago),
    ("shutdown-honoured", "stopped-with-exit-handler", stop_ignored),
    ("shutdown-honoured", "unschedulable-pod", stop_ignored),
    ("retries-respect-backoff", "long-backoff", backoff_longer),
]
CASES = [(*lie, argo) for lie in LIES for argo in RELEASES]


@lru_cache(maxsize=8)
def recorded(scenario: str, argo: str) -> Tape:
    sample = next(one for one in of(scenario) if one.argo == argo)
    return load(CORPUS / sample.file)


@pytest.mark.parametrize(("invariant", "scenario", "lie", "argo"), CASES)
def test_one_changed_fact_of_a_real_history_is_noticed(
    invariant: str, scenario: str, lie: Callable[[Tape], Tape], argo: str
) -> None:
    tape = recorded(scenario, argo)
    assert invariant not in broken(judged(tape))
    assert invariant in broken(judged(lie(tape)))


@pytest.mark.parametrize("argo", RELEASES)
def test_somebody_really_waited_for_each_lock(argo: str) -> None:
    """Else one holder at a time would say nothing."""
    for scenario in ("semaphore-of-one", "mutex-among-steps", "semaphore-of-the-workflow", "mutex-held-by-another"):
        tape = recorded(scenario, argo)
        raws = [tape.moments[index].raw or {} for index in tape.versions]
        messages = [raw.get("status", {}).get("message", "") for raw in raws]
        messages += [node.get("message", "") for raw in raws for node in edits.nodes(raw).values()]
        assert any("Waiting for" in message and "Lock status: 0/1" in message for message in messages), scenario


@pytest.mark.parametrize("argo", RELEASES)
def test_every_kind_of_hook_and_branch_was_there(argo: str) -> None:
    names = {node["name"] for node in edits.nodes(recorded("hooks", argo).last()).values()}
    assert {"hooks.onExit", "hooks.hooks.running", "hooks[0].work.onExit", "hooks[0].work.hooks.running"} <= names
    phases = {node["phase"] for node in edits.nodes(recorded("dag-depends", argo).last()).values()}
    assert {"Succeeded", "Failed", "Skipped", "Omitted"} <= phases
