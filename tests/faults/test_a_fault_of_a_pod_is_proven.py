"""Faults of pods land, or do not, by what the watch showed of that very pod; each with its near misses."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.events import Resource, Verb
from harness.model.signs import BROKEN_IMAGE, HOLD
from harness.oracles.proofs import Proof, prove
from harness.scenario.types import Step
from tests.oracles.build import Tape, node, stamp

AIM: dict[str, Any] = {"pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "host": "node-1", "container": "main"}


def step(verb: str, **parameters: Any) -> Step:
    return Step.model_validate({"when": {"node": {"template": "main"}}, "inject": {verb: parameters}})


def proven(tape: Tape, made: Step) -> Proof | None:
    return prove(made, 0, tape.state)


class Watched(Tape):
    """A workflow at work on a host, and its pod as the API shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.host().workflow("Running", node("main", "Running"))

    def show(self, uid: str = "u1", *, verb: Verb = Verb.MODIFIED, dt: float = 0.1, **more: Any) -> Watched:
        meta: dict[str, Any] = {
            "name": f"pod-{uid}",
            "uid": uid,
            "labels": {"workflows.argoproj.io/workflow": "wf"},
            "annotations": {"workflows.argoproj.io/node-id": "main"},
        }
        status = {"phase": "Running"} | {key: more.pop(key) for key in STATUS if key in more}
        raw = {"metadata": meta | more, "spec": {"nodeName": "node-1"}, "status": status}
        self.see(Resource.POD, raw, verb, dt)
        return self

    def hit(self) -> Watched:
        self.show().fire(**AIM)
        return self


STATUS = ("phase", "reason", "message", "conditions", "containerStatuses")
GOING: dict[str, Any] = {"deletionTimestamp": stamp(3)}
EVICTED = [{"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}]
TAINTED = [{"type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager"}]


def test_an_eviction_is_proven_by_the_mark_of_the_api_server() -> None:
    proof = proven(Watched().hit().show(conditions=EVICTED).show(conditions=EVICTED, **GOING), step("evict-pod"))
    assert proof is not None
    assert proof.text == "pod pod-u1 (u1) was told to go by the Eviction API"


def test_what_goes_for_another_reason_was_not_evicted() -> None:
    made = step("evict-pod")
    assert proven(Watched().hit().show(**GOING), made) is None
    assert proven(Watched().hit().show(conditions=TAINTED, **GOING), made) is None
    assert proven(Watched().hit().show(conditions=EVICTED), made) is None
    assert proven(Watched().hit().show("u2", conditions=EVICTED, **GOING), made) is None


def test_a_pod_that_was_told_to_go_long_before_the_call_went_because_of_somebody_else() -> None:
    """The watch is late; the API server's own stamp, less the time that the pod was given, is not."""
    for told, proof in ((21, False), (29, True)):
        tape = Watched()
        tape.lease(dt=27)
        going: dict[str, Any] = {"deletionTimestamp": stamp(told + 30), "deletionGracePeriodSeconds": 30}
        seen = tape.hit().show(conditions=EVICTED).show(conditions=EVICTED, **going)
        assert (proven(seen, step("evict-pod")) is not None) is proof
        gone = seen.show(conditions=EVICTED, verb=Verb.DELETED, **going)
        assert (proven(gone, step("delete-pod")) is not None) is proof
        assert proven(gone, step("delete-pod", force=True)) is not None


def test_an_eviction_from_before_the_call_or_of_what_had_ended_proves_nothing() -> None:
    made = step("evict-pod")
    early = Watched().show(conditions=EVICTED, **GOING)
    early.fire(**AIM)
    assert proven(early.show(conditions=EVICTED, verb=Verb.DELETED, **GOING), made) is None
    ended = Watched().hit().show(phase="Succeeded")
    assert proven(ended.show(phase="Succeeded", conditions=EVICTED, **GOING), made) is None


def test_a_grace_that_was_asked_for_must_have_been_granted() -> None:
    made = step("delete-pod", grace="5s")

    def deleted(grace: int) -> Tape:
        going: dict[str, Any] = {"deletionTimestamp": stamp(3 + grace), "deletionGracePeriodSeconds": grace}
        return Watched().hit().show(**going).show(verb=Verb.DELETED, **going)

    proof = proven(deleted(5), made)
    assert proof is not None
    assert proof.text == "pod pod-u1 (u1) was deleted with 5 s of grace"
    assert proven(deleted(30), made) is None
    assert proven(deleted(30), step("delete-pod")) is not None


DECLARED: dict[str, Any] = {"phase": "Failed", "reason": "Evicted", "message": "no room"}


def test_a_declared_failure_is_proven_by_the_words_that_were_written() -> None:
    made = step("fail-pod", message="no room")
    assert proven(Watched().hit().show(**DECLARED), made) is not None
    assert proven(Watched().hit().show(**{**DECLARED, "message": "by itself"}), made) is None
    assert proven(Watched().hit().show(**{**DECLARED, "reason": ""}), made) is None
    assert proven(Watched().hit().show("u2", **DECLARED), made) is None


def test_a_pod_that_had_failed_by_itself_cannot_be_declared_failed() -> None:
    late = Watched().hit().show(phase="Failed").show(**DECLARED)
    assert proven(late, step("fail-pod", message="no room")) is None
    early = Watched().show(phase="Failed")
    early.fire(**AIM)
    assert proven(early.show(**DECLARED), step("fail-pod", message="no room")) is None


def test_a_held_pod_is_proven_by_the_finalizer_that_is_new_on_it() -> None:
    made = step("hold-finalizer")
    assert proven(Watched().hit().show(finalizers=["other", HOLD]), made) is not None
    assert proven(Watched().hit().show(finalizers=["other"]), made) is None
    assert proven(Watched().hit().show("u2", finalizers=[HOLD]), made) is None
    early = Watched().show(finalizers=[HOLD])
    early.fire(**AIM)
    assert proven(early.show(finalizers=[HOLD], **GOING), made) is None


def waiting(name: str = "main", image: str = BROKEN_IMAGE, reason: str = "ErrImagePull") -> dict[str, Any]:
    return {"containerStatuses": [{"name": name, "image": image, "state": {"waiting": {"reason": reason}}}]}


def test_a_broken_image_is_proven_by_the_kubelet_that_cannot_pull_it() -> None:
    made = step("break-image")
    assert proven(Watched().hit().show(**waiting()), made) is not None
    assert proven(Watched().hit().show(**waiting(reason="ImagePullBackOff")), made) is not None


@pytest.mark.parametrize(
    "seen",
    [{"image": "alpine:3.18"}, {"reason": "ContainerCreating"}, {"name": "wait"}],
    ids=["its own image", "still being made", "another container"],
)
def test_another_trouble_with_images_is_not_this_one(seen: dict[str, Any]) -> None:
    assert proven(Watched().hit().show(**waiting(**seen)), step("break-image")) is None


def test_an_image_that_was_broken_before_or_in_another_pod_proves_nothing() -> None:
    early = Watched().show(**waiting())
    early.fire(**AIM)
    assert proven(early, step("break-image")) is None
    assert proven(Watched().hit().show("u2", **waiting()), step("break-image")) is None


NO_PLACE = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]


def cordoned(*hosts: str) -> Watched:
    tape = Watched()
    tape.host("node-2").fire(workflow="wf")
    for name in hosts:
        tape.host(name, cordoned=True)
    return tape


def test_no_place_is_proven_by_a_new_pod_that_found_none() -> None:
    made = step("make-unschedulable")
    tape = cordoned("node-1", "node-2").show("u9", phase="Pending", conditions=NO_PLACE)
    proof = proven(tape, made)
    assert proof is not None
    assert proof.text == "node-1, node-2 is cordoned and pod pod-u9 found no place"


def test_a_host_that_is_left_or_a_pod_from_before_proves_no_want_of_place() -> None:
    made = step("make-unschedulable")
    assert proven(cordoned("node-1").show("u9", phase="Pending", conditions=NO_PLACE), made) is None
    assert proven(cordoned("node-1", "node-2").show("u9", phase="Pending"), made) is None
    early = Watched().show("u9", phase="Pending", conditions=NO_PLACE)
    early.fire(workflow="wf")
    early.host(cordoned=True)
    assert proven(early.show("u9", phase="Pending", conditions=NO_PLACE, message="still"), made) is None


def test_hosts_that_were_all_cordoned_before_prove_nothing() -> None:
    tape = Watched()
    tape.host(cordoned=True).fire(workflow="wf")
    made = step("make-unschedulable")
    assert proven(tape.show("u9", phase="Pending", conditions=NO_PLACE), made) is None


@pytest.mark.parametrize(("taint", "shut"), [("NoSchedule", True), ("NoExecute", True), ("PreferNoSchedule", False)])
def test_a_host_that_a_taint_keeps_free_needs_no_cordon(taint: str, shut: bool) -> None:
    tape = Watched()
    tape.host(taint=taint).host("node-2").fire(workflow="wf")
    tape.host("node-2", cordoned=True)
    proof = proven(tape.show("u9", phase="Pending", conditions=NO_PLACE), step("make-unschedulable"))
    assert (proof is not None) is shut
    assert proof is None or proof.text == "node-2 is cordoned and pod pod-u9 found no place"


def test_hosts_that_only_taints_keep_free_were_not_cordoned() -> None:
    tape = Watched()
    tape.host().fire(workflow="wf").host(taint="NoSchedule")
    assert proven(tape.show("u9", phase="Pending", conditions=NO_PLACE), step("make-unschedulable")) is None
