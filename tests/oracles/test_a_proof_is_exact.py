"""Every proof, each with a near miss that must not prove."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from harness.model.events import ReadBack, Resource, Stage, Verb
from harness.oracles.proofs import Proof, prove, still_on_target
from harness.scenario.types import Step
from tests.oracles.build import Tape, node, stamp

POD: dict[str, Any] = {"pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "host": "node-1"}


def step(**verb: dict[str, Any]) -> Step:
    group = (
        "inject"
        if next(iter(verb)).replace("_", "-") in ("oom", "kill-process", "delete-pod", "drain", "power-off")
        else "do"
    )
    named = {key.replace("_", "-"): value for key, value in verb.items()}
    return Step.model_validate({"when": {"node": {"template": "main", "phase": "Running"}}, group: named})


def proven(tape: Tape, made: Step) -> Proof | None:
    return prove(made, 0, tape.state)


def running(container: str = "wait") -> Tape:
    """A workflow at work, and the call made."""
    tape = Tape().host().workflow("Running", node("main", "Running")).pod("u1").result("main", "false")
    return tape.fire(**POD, container=container, container_id=f"u1-{container}")


KILL = step(kill_process={"container": "wait"})
TERM = step(kill_process={"container": "wait", "signal": "TERM"})


def test_kill_is_proven_by_137_of_this_container() -> None:
    proof = proven(running().pod("u1", wait=137), KILL)
    assert proof is not None
    assert "exit 137" in proof.text


@pytest.mark.parametrize("ends", [{"wait": 0}, {"wait": 143}, {"wait": "OOMKilled"}, {"main": 137}])
def test_another_end_does_not_prove_a_kill(ends: dict[str, Any]) -> None:
    assert proven(running().pod("u1", **ends), KILL) is None


def test_kill_of_the_same_container_in_another_pod_proves_nothing() -> None:
    assert proven(running().pod("u2", wait=137), KILL) is None


def test_an_end_before_the_call_proves_nothing() -> None:
    tape = Tape().pod("u1", wait=137).fire(**POD, container="wait", container_id="u1-wait")
    assert proven(tape.pod("u1", phase="Failed", wait=137), KILL) is None


def test_nothing_is_proven_before_the_call_is_accepted() -> None:
    tape = Tape().pod("u1").step(Stage.TRIGGERED, **POD, container="wait", container_id="u1-wait").pod("u1", wait=137)
    assert proven(tape, KILL) is None
    assert proven(tape.step(Stage.ACCEPTED), KILL) is not None


def test_term_is_proven_by_143_at_any_time_and_by_another_code_at_once() -> None:
    assert proven(running().pod("u1", wait=143, dt=20), TERM) is not None
    caught = partial(signalled, "caught")
    assert proven(caught().pod("u1", wait=1, dt=1), TERM) is not None
    assert proven(caught().pod("u1", wait=1, dt=20), TERM) is None
    assert proven(caught().pod("u1", wait=137, dt=1), TERM) is None


@pytest.mark.parametrize("disposition", ["default", "ignored", "blocked"])
def test_what_takes_no_term_ends_with_a_code_of_its_own(disposition: str) -> None:
    assert proven(signalled(disposition).pod("u1", wait=1, dt=1), TERM) is None


def test_143_of_a_pod_that_was_told_to_go_meanwhile_is_the_kubelets() -> None:
    assert proven(signalled("caught").pod("u1", deleting=True, dt=20).pod("u1", deleting=True, wait=143), TERM) is None
    assert proven(signalled("caught").pod("u1", wait=143).pod("u1", deleting=True, wait=143), TERM) is not None


def signalled(disposition: str) -> Tape:
    tape = running()
    subject, before = "process first of container wait", f"12 {disposition}"
    return tape.add(ReadBack(**tape._stamps(0.01), step=0, subject=subject, before=before, after="sent"))


OOM = step(oom={})


def test_oom_needs_the_kernel_and_the_status() -> None:
    assert proven(running("main").kernel_kill("u1-main").pod("u1", main="OOMKilled"), OOM) is not None
    assert proven(running("main").pod("u1", main="OOMKilled").kernel_kill("u1-main"), OOM) is not None
    assert proven(running("main").pod("u1", main="OOMKilled"), OOM) is None
    assert proven(running("main").kernel_kill("u1-main"), OOM) is None
    # the runtime did not hear of the kill, and so Argo cannot
    assert proven(running("main").kernel_kill("u1-main").pod("u1", main=137), OOM) is None
    assert proven(running("main").kernel_kill("u1-wait").pod("u1", main="OOMKilled"), OOM) is None
    assert proven(running("main").kernel_kill("u1-main").pod("u1", main=1), OOM) is None


def test_an_oom_kill_may_be_seen_before_its_trigger() -> None:
    tape = Tape().pod("u1").kernel_kill("u1-main").pod("u1", main="OOMKilled")
    assert proven(tape.fire(**POD, container="main", container_id="u1-main"), OOM) is not None


FORCE, GRACE = step(delete_pod={"force": True}), step(delete_pod={})


def test_force_delete_is_proven_by_deleted_for_this_uid() -> None:
    assert proven(running().pod("u1", verb=Verb.DELETED), FORCE) is not None
    assert proven(running().pod("u2", verb=Verb.DELETED), FORCE) is None
    assert proven(running().pod("u1", deleting=True), FORCE) is None


def test_a_pod_that_had_ended_or_was_being_deleted_proves_no_delete() -> None:
    ended = Tape().pod("u1", "Succeeded", main=0, wait=0).fire(**POD).pod("u1", "Succeeded", verb=Verb.DELETED)
    assert proven(ended, FORCE) is None
    leaving = Tape().pod("u1", deleting=True).fire(**POD).pod("u1", deleting=True, verb=Verb.DELETED)
    assert proven(leaving, GRACE) is None
    assert proven(leaving, FORCE) is not None


def test_graceful_delete_is_proven_by_timestamp_then_deleted() -> None:
    tape = running().pod("u1", deleting=True)
    assert proven(tape, GRACE) is None
    assert proven(tape.pod("u1", "Failed", deleting=True, verb=Verb.DELETED), GRACE) is not None


DRAIN = step(drain={})


def test_drain_needs_every_pod_of_the_host_gone_and_the_host_cordoned() -> None:
    def drained() -> Tape:
        tape = Tape().host().pod("u1").pod("u2", key="other").pod("u3", host="node-2").fire(**POD)
        return tape.host(cordoned=True).eviction("u1").eviction("u2").pod("u1", verb=Verb.DELETED)

    assert proven(drained(), DRAIN) is None
    assert proven(drained().pod("u2", key="other", verb=Verb.DELETED), DRAIN) is not None


def test_drain_that_evicts_nothing_or_does_not_cordon_proves_nothing() -> None:
    assert proven(Tape().host().fire(**POD).host(cordoned=True), DRAIN) is None
    assert proven(running().eviction("u1").pod("u1", verb=Verb.DELETED), DRAIN) is None


@pytest.mark.parametrize("became", ["gone before", "told to go before", "refused: 429", ""])
def test_a_drain_that_came_upon_a_pod_already_gone_evicted_nobody(became: str) -> None:
    tape = running().host(cordoned=True)
    assert proven((tape.eviction("u1", became) if became else tape).pod("u1", verb=Verb.DELETED), DRAIN) is None


def test_a_pod_that_was_told_to_go_long_before_the_drain_was_not_evicted_by_it() -> None:
    """What the drain read back of it says otherwise; the watch showed it late."""
    going = {"deletionTimestamp": stamp(31), "deletionGracePeriodSeconds": 30}
    tape = Tape().host().pod("u1").lease(dt=20).fire(**POD).host(cordoned=True).eviction("u1")
    raw = next(raw for raw in tape.raws if raw and raw["metadata"].get("uid") == "u1")
    tape.see(Resource.POD, raw | {"metadata": raw["metadata"] | going})
    assert proven(tape.pod("u1", verb=Verb.DELETED), DRAIN) is None


def test_a_drain_needs_its_node_in_the_history_from_before_the_call() -> None:
    tape = Tape().pod("u1").fire(**POD).host(cordoned=True).eviction("u1")
    assert proven(tape.pod("u1", verb=Verb.DELETED), DRAIN) is None


def test_what_another_step_evicted_is_no_drain_of_this_one() -> None:
    tape = running().host(cordoned=True).eviction("u1", index=1)
    assert proven(tape.pod("u1", verb=Verb.DELETED), DRAIN) is None


OFF, ON = step(power_off={}), step(power_on={})


def test_power_off_needs_no_process_left_and_not_ready_afterwards() -> None:
    assert proven(running().power(on=False).host(ready="Unknown"), OFF) is not None
    assert proven(running().power(on=False), OFF) is None
    assert proven(running().power(on=False, processes=2).host(ready="Unknown"), OFF) is None
    assert proven(running().host(ready="Unknown").power(on=False), OFF) is None
    assert proven(running().power(on=False, host="node-2").host(ready="Unknown"), OFF) is None


@pytest.mark.parametrize("later", ["False", "True"])
def test_a_node_that_says_itself_that_it_is_not_ready_has_power(later: str) -> None:
    tape = running().power(on=False).host(ready="False")
    assert proven(tape, OFF) is None
    assert proven(tape.host(ready=later), OFF) is None
    assert proven(tape.host(ready="Unknown"), OFF) is not None


def test_a_node_that_was_deleted_is_not_thereby_without_power() -> None:
    tape = running().power(on=False)
    assert proven(tape.see(Resource.NODE, {"metadata": {"name": "node-1"}}, Verb.DELETED), OFF) is None


def test_power_on_needs_ready_afterwards() -> None:
    tape = Tape().host(ready="Unknown").fire(host="node-1").power(on=True)
    assert proven(tape, ON) is None
    assert proven(tape.host(ready="True", silent=5), ON) is None
    assert proven(tape.host(ready="True", dt=1), ON) is not None


RETRY = step(retry={})


def test_retry_needs_the_command_and_the_workflow_open_again() -> None:
    done = Tape().workflow("Failed", node("main", "Failed", finished=3))
    done.fire()
    assert proven(done.command(), RETRY) is None
    assert proven(done.workflow("Running", node("main", "Running")), RETRY) is not None


def test_a_retry_that_the_command_refused_is_not_proven() -> None:
    done = Tape().workflow("Failed", node("main", "Failed", finished=3)).fire().command(exit_code=1)
    assert proven(done.workflow("Running", node("main", "Running")), RETRY) is None


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("stop", {}, {"shutdown": "Stop"}),
        ("terminate", {}, {"shutdown": "Terminate"}),
        ("suspend", {}, {"suspend": True}),
        ("resume", {"suspend": True}, {}),
    ],
)
def test_workflow_actions_need_the_change_in_the_spec(verb: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    made = step(**{verb: {}})
    tape = Tape().workflow("Running", spec=before).fire().command()
    assert proven(tape, made) is None
    assert proven(tape.workflow("Running", spec=after), made) is not None
    late = Tape().workflow("Running", spec=after).fire().command()
    assert proven(late.workflow("Running", spec=after, status={"message": "x"}), made) is None


RELABEL = step(relabel_task_result={})


def test_relabel_is_proven_by_a_change_of_the_label() -> None:
    assert proven(running().result("main", "true"), RELABEL) is not None
    assert proven(running().result("other", "true"), RELABEL) is None
    late = Tape().result("main", "true").fire(node_id="main")
    assert proven(late.result("main", "true"), RELABEL) is None
    assert still_on_target(RELABEL, late.state.steps[0].target, late.state)  # type: ignore[arg-type]  # set by fire


def test_a_target_that_has_moved_on_is_missed() -> None:
    tape = running()
    target = tape.state.steps[0].target
    assert target is not None
    assert still_on_target(KILL, target, tape.state) is None
    assert "exit 0" in (still_on_target(KILL, target, tape.pod("u1", wait=0).state) or "")
    assert "gone" in (still_on_target(FORCE, target, tape.pod("u1", verb=Verb.DELETED).state) or "")


def test_a_node_that_left_its_declared_phase_is_missed() -> None:
    tape = running()
    target = tape.state.steps[0].target
    assert target is not None
    tape.workflow("Running", node("main", "Succeeded", finished=2))
    assert "no longer Running" in (still_on_target(KILL, target, tape.state) or "")


def test_gaps_of_other_watches_do_not_matter_to_a_proof() -> None:
    assert proven(running().gap(Resource.WORKFLOW).pod("u1", wait=137), KILL) is not None
