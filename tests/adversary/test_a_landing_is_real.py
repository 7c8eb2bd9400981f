"""Near misses: what looks like the effect of a fault and is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.model.events import Resource, Verb
from harness.oracles.conditions import holds
from harness.oracles.proofs import prove
from harness.scenario.types import Step
from tests.oracles.build import Tape, node, stamp
from tests.oracles.test_a_proof_is_exact import DRAIN, FORCE, GRACE, KILL, OFF, OOM, POD, RETRY, TERM, running

if TYPE_CHECKING:
    from harness.oracles.proofs import Proof


def proven(tape: Tape, made: Step) -> Proof | None:
    return prove(made, 0, tape.state)


def ended(tape: Tape, code: int, reason: str, name: str = "main") -> Tape:
    """The container ends with a reason and a code of its own, as containerd reports a container that saw an OOM."""
    state = {"terminated": {"exitCode": code, "reason": reason, "finishedAt": stamp(tape.t)}}
    status = {"name": name, "containerID": f"containerd://u1-{name}", "state": state}
    meta: dict[str, Any] = {
        "name": "pod-u1",
        "uid": "u1",
        "labels": {"workflows.argoproj.io/workflow": "wf"},
        "annotations": {"workflows.argoproj.io/node-id": "main"},
    }
    raw = {
        "metadata": meta,
        "spec": {"nodeName": "node-1"},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }
    return tape.see(Resource.POD, raw)


def test_an_oom_of_a_child_that_the_container_survived_is_no_landing() -> None:
    """containerd flags the container as OOMKilled whatever it exits with later."""
    assert proven(ended(running("main").kernel_kill("u1-main"), 0, "OOMKilled"), OOM) is None


def test_an_oom_kill_long_before_the_end_did_not_end_the_container() -> None:
    """A child was killed; a minute later somebody else's SIGKILL ends the container."""
    tape = running("main").kernel_kill("u1-main")
    assert proven(tape.pod("u1", dt=60).pod("u1", main="OOMKilled"), OOM) is None


def test_an_oom_kill_long_before_the_moment_is_of_another_one() -> None:
    tape = (
        Tape().pod("u1").kernel_kill("u1-main").pod("u1", main="OOMKilled").pod("u1", main="OOMKilled", wait=0, dt=60)
    )
    assert proven(tape.fire(**POD, container="main", container_id="u1-main"), OOM) is None


def test_an_oom_kill_long_after_the_end_did_not_end_the_container() -> None:
    """Nor does a second record, which does not hide the first one either."""
    tape = running("main").pod("u1", main="OOMKilled")
    assert proven(tape.pod("u1", main="OOMKilled", wait=0, dt=60).kernel_kill("u1-main"), OOM) is None
    killed = (
        running("main").kernel_kill("u1-main").pod("u1", main="OOMKilled").pod("u1", main="OOMKilled", wait=0, dt=60)
    )
    assert proven(killed.kernel_kill("u1-main"), OOM) is not None


def test_a_pod_that_ended_by_itself_before_it_was_deleted_was_not_cut_short() -> None:
    """It ends between trigger and call; the API deletes what is left all the same."""
    tape = running().pod("u1", "Succeeded", main=0, wait=0)
    tape.pod("u1", "Succeeded", main=0, wait=0, verb=Verb.DELETED)
    assert proven(tape, FORCE) is None
    assert proven(tape, GRACE) is None


def test_a_pod_that_ended_by_itself_was_not_evicted() -> None:
    """The drain skips what has ended; pod garbage collection removes it."""
    tape = running().host(cordoned=True).pod("u1", "Succeeded", main=0, wait=0)
    assert proven(tape.pod("u1", "Succeeded", main=0, wait=0, verb=Verb.DELETED), DRAIN) is None


def test_a_drain_of_a_host_that_was_cordoned_already_needs_a_cordon_of_its_own() -> None:
    tape = Tape().host(cordoned=True).workflow("Running", node("main", "Running")).pod("u1").fire(**POD)
    assert proven(tape.pod("u1", verb=Verb.DELETED), DRAIN) is None


def test_a_node_that_was_not_ready_before_proves_no_power_cut() -> None:
    """What changes afterwards is a taint."""
    tape = Tape().host(ready="Unknown").workflow("Running", node("main", "Running")).pod("u1").fire(**POD)
    assert proven(tape.power(on=False).host(ready="Unknown", cordoned=True), OFF) is None


def test_a_retry_of_a_workflow_that_had_not_ended_proves_nothing() -> None:
    """Exit 0, and the workflow goes on for reasons of its own."""
    tape = Tape().workflow("Running", node("main", "Running")).fire().command()
    assert proven(tape.workflow("Running", node("main", "Running"), status={"message": "new"}), RETRY) is None


def test_another_command_of_the_step_is_not_the_one_that_it_is_named_after() -> None:
    tape = Tape().workflow("Failed", node("main", "Failed", finished=3)).fire().command()
    reopened = tape.workflow("Running", node("main", "Running"))
    assert proven(reopened, RETRY) is not None
    reopened.state.commands[0] = replace(reopened.state.commands[0], argv=("argo", "get"))
    assert proven(reopened, RETRY) is None


def test_a_container_that_ends_well_right_after_a_signal_that_it_ignores_proves_nothing() -> None:
    """The first process of a container gets no TERM that it does not catch, so `sleep 6` just ends in time."""
    assert proven(running().pod("u1", wait=0, dt=1), TERM) is None


def test_a_step_hits_the_pod_that_its_moment_is_about() -> None:
    """Two pods of one attempt (a bug of 3.7.15): the one being deleted is meant, not the newer one."""
    step = Step.model_validate(
        {
            "when": {"pod": {"template": "main", "deleting": True}},
            "inject": {"delete-pod": {"force": True, "target": {"template": "main"}}},
        }
    )
    tape = Tape().workflow("Running", node("main", "Running")).pod("u1", deleting=True).pod("u2")
    match = holds(step.when, tape.state, step, tape.t)
    assert match is not None
    assert match.target.pod_uid == "u1"


def test_a_kill_of_another_life_of_the_container_proves_nothing() -> None:
    """Withstood: same pod, same container name, other container id."""
    tape = Tape().pod("u1").fire(**POD, container="wait", container_id="an-older-one")
    assert proven(tape.pod("u1", wait=137), KILL) is None


def test_a_pod_of_the_same_name_with_a_new_uid_proves_nothing() -> None:
    """Withstood."""
    tape = running().pod("u9", phase="Failed", main=137, wait=137).pod("u9", verb=Verb.DELETED)
    assert proven(tape, KILL) is None
    assert proven(tape, FORCE) is None


def test_a_kernel_kill_in_another_pod_proves_no_oom() -> None:
    """Withstood."""
    assert proven(running("main").kernel_kill("u2-main").pod("u1", main="OOMKilled"), OOM) is None
