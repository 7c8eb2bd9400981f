"""A fault of the API lands when the proxy says that it did to a request of the controller what was ordered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.model.api import Deed
from harness.model.events import ApiTouched
from harness.model.header import ControllerSettings
from harness.oracles.aim import aim
from harness.oracles.pending import blockers
from harness.oracles.proofs import still_on_target
from harness.oracles.stuck import quiescence
from tests.faults.hosts_and_controllers import LEADER, Ground
from tests.oracles.build import FAST

CLIENT = LEADER["pod"]
PATH = "/apis/argoproj.io/v1alpha1/namespaces/ns/workflows/wf"
PODS = "/api/v1/pods"
WATCHED: dict[str, Any] = {"verb": "watch", "resource": "pods", "path": PODS, "status": 200}
LANDINGS: dict[str, tuple[dict[str, Any], Deed, dict[str, Any]]] = {
    "slow-api": ({"delay": "2s"}, Deed.SLOW, {"seconds": 2.001}),
    "refuse-api": ({"status": 409}, Deed.REFUSE, {"status": 409}),
    "reset-api": ({}, Deed.RESET, {"status": 0}),
    "close-watch": ({"resource": "pods"}, Deed.CLOSE, WATCHED),
    "delay-watch": ({"resource": "pods", "delay": "3s"}, Deed.DELAY, WATCHED | {"seconds": 3.0}),
    "drop-watch": (
        {"resource": "pods", "event": "MODIFIED"},
        Deed.DROP,
        WATCHED | {"detail": "MODIFIED ns/a version 7 was dropped"},
    ),
    "stale-api": ({"request": "list pods"}, Deed.STALE, WATCHED | {"verb": "list"}),
}


def touched(tape: Ground, deed: Deed, **more: Any) -> Ground:
    usual: dict[str, Any] = {
        "step": 0, "number": 1, "client": CLIENT, "verb": "update", "resource": "workflows", "path": PATH,
        "status": 200, "seconds": 0.0,
    }  # fmt: skip
    tape.add(ApiTouched(**tape._stamps(0.1), deed=deed, **usual | more))
    return tape


def landed(verb: str, /, **otherwise: Any) -> Ground:
    parameters, deed, said = LANDINGS[verb]
    return touched(Ground(verb, **parameters).fired(**LEADER), otherwise.pop("deed", deed), **said | otherwise)


@pytest.mark.parametrize("verb", LANDINGS)
def test_what_was_done_to_a_request_of_the_controller_is_a_proof(verb: str) -> None:
    tape = landed(verb)
    proof = tape.proof
    assert proof is not None
    assert proof.seq == tape.state.seq
    assert CLIENT in proof.text


@pytest.mark.parametrize("verb", LANDINGS)
@pytest.mark.parametrize(
    "otherwise",
    [
        {"client": "argo-server-1"},
        {"client": ""},
        {"step": 1},
        {"resource": "configmaps"},
        {"deed": Deed.RELISTED},
        {"path": "/apis/argoproj.io/v1alpha1/namespaces/another/workflows/wf"},
        {"path": "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows/wf"},
        {"path": "/api/v1/namespaces/another/pods"},
        {"path": "/version"},
        {"path": ""},
    ],
    ids=[
        "of-another-pod",
        "of-nobody",
        "for-another-step",
        "of-another-resource",
        "another-deed",
        "in-another-namespace",
        "in-that-of-argo",
        "pods-in-another-namespace",
        "of-no-resource",
        "of-no-path",
    ],
)
def test_what_was_done_to_another_request_is_none(verb: str, otherwise: dict[str, Any]) -> None:
    assert landed(verb, **otherwise).proof is None


@pytest.mark.parametrize("verb", LANDINGS)
def test_what_was_done_before_the_step_is_none(verb: str) -> None:
    parameters, deed, said = LANDINGS[verb]
    assert touched(Ground(verb, **parameters), deed, **said).fired(**LEADER).proof is None


@pytest.mark.parametrize(
    ("verb", "otherwise"),
    [
        ("slow-api", {"seconds": 1.5}),
        ("refuse-api", {"status": 500}),
        ("refuse-api", {"verb": "get"}),
        ("reset-api", {"status": 200}),
        ("delay-watch", {"seconds": 0.2}),
        ("drop-watch", {"detail": "ADDED ns/a version 7 was dropped"}),
        ("stale-api", {"verb": "get"}),
        ("stale-api", {"status": 500}),
        ("stale-api", {"status": 0}),
        ("close-watch", {"status": 0}),
        ("close-watch", {"status": 410}),
        ("delay-watch", {"status": 0}),
        ("slow-api", {"seconds": 0.0}),
        ("slow-api", {"seconds": 1.99}),
        ("delay-watch", {"seconds": 2.99}),
    ],
)
def test_what_was_done_otherwise_than_ordered_is_none(verb: str, otherwise: dict[str, Any]) -> None:
    """A request that was let go early, as it is when a fault is lifted, was not held as long as the step says."""
    assert landed(verb, **otherwise).proof is None


@pytest.mark.parametrize("verb", LANDINGS)
def test_what_was_done_to_a_controller_that_stands_by_is_none(verb: str) -> None:
    parameters, deed, said = LANDINGS[verb]
    tape = Ground(verb, **parameters).controller("c2").fired(**LEADER)
    assert touched(tape, deed, **said | {"client": "workflow-controller-c2"}).proof is None


@pytest.mark.parametrize("verb", LANDINGS)
def test_who_was_aimed_at_and_did_not_lead_is_none_either(verb: str) -> None:
    parameters, deed, said = LANDINGS[verb]
    standby = LEADER | {"pod": "workflow-controller-c2", "pod_uid": "c2"}
    tape = Ground(verb, **parameters).controller("c2").fired(**standby)
    assert touched(tape, deed, **said | {"client": "workflow-controller-c2"}).proof is None


def test_who_led_when_the_fault_began_is_meant_though_another_leads_now() -> None:
    parameters, deed, said = LANDINGS["slow-api"]
    tape = Ground("slow-api", **parameters).controller("c2").fired(**LEADER)
    assert touched(tape.led_by("c2"), deed, **said).proof is not None


@pytest.mark.parametrize("verb", LANDINGS)
def test_who_came_to_lead_while_the_fault_stood_is_meant_from_then_on(verb: str) -> None:
    parameters, deed, said = LANDINGS[verb]
    other = said | {"client": "workflow-controller-c2"}
    tape = touched(Ground(verb, **parameters).controller("c2").fired(**LEADER), deed, **other)
    assert tape.led_by("c2").proof is None
    assert touched(tape, deed, **other).proof is not None


def test_without_an_election_every_controller_leads() -> None:
    tape = Ground("slow-api", delay="2s")
    alone = replace(tape.header, settings=ControllerSettings(env=FAST | {"LEADER_ELECTION_DISABLE": "true"}))
    tape.header = tape.state.header = alone
    tape.controller("c2").fired(**LEADER)
    assert touched(tape, Deed.SLOW, seconds=2.001, client="workflow-controller-c2").proof is not None


OWN = "/apis/coordination.k8s.io/v1/namespaces/{}/leases/workflow-controller"


@pytest.mark.parametrize(("namespace", "landed"), [("argo", True), ("another", False)])
def test_the_lease_of_the_controller_is_in_its_own_namespace(namespace: str, landed: bool) -> None:
    tape = Ground("slow-api", request="* *", delay="2s").fired(**LEADER)
    touched(tape, Deed.SLOW, seconds=2.001, resource="leases", path=OWN.format(namespace))
    assert (tape.proof is not None) is landed


@pytest.mark.parametrize("path", ["/api/v1/namespaces/ns/pods", "/api/v1/pods", "/api/v1/namespaces/ns/pods/a"])
def test_what_is_asked_of_the_namespace_or_of_all_is_of_the_workflow(path: str) -> None:
    assert landed("close-watch", path=path).proof is not None


def test_a_delay_of_nothing_proves_nothing() -> None:
    tape = Ground("slow-api", delay="0s").fired(**LEADER)
    assert touched(tape, Deed.SLOW, seconds=0.0).proof is None


def expired() -> Ground:
    tape = Ground("expire-watch", resource="pods").fired(**LEADER)
    return touched(tape, Deed.EXPIRE, **WATCHED | {"status": 410})


def test_a_watch_that_was_told_to_list_is_proven_by_the_list() -> None:
    tape = expired()
    assert tape.proof is None
    proof = touched(tape, Deed.RELISTED, **WATCHED | {"verb": "list"}).proof
    assert proof is not None
    assert "listed anew" in proof.text


def test_a_list_of_who_leads_now_is_none_of_who_was_told() -> None:
    tape = expired().controller("c2").led_by("c2")
    told = WATCHED | {"verb": "list", "client": "workflow-controller-c2"}
    assert touched(tape, Deed.RELISTED, **told).proof is None


@pytest.mark.parametrize("otherwise", [{"path": "/api/v1/nodes"}, {"resource": "nodes"}, {"client": "argo-server-1"}])
def test_a_list_of_something_else_proves_no_expiry(otherwise: dict[str, Any]) -> None:
    assert touched(expired(), Deed.RELISTED, **WATCHED | {"verb": "list"} | otherwise).proof is None


def test_a_list_from_before_proves_no_expiry() -> None:
    tape = touched(Ground("expire-watch", resource="pods").fired(**LEADER), Deed.RELISTED, **WATCHED | {"verb": "list"})
    assert touched(tape, Deed.EXPIRE, **WATCHED).proof is None


def test_the_aim_is_the_controller_that_leads_and_is_missed_when_it_is_gone() -> None:
    tape = Ground("slow-api")
    target = aim(tape.made, None, tape.state)
    assert target is not None
    assert target.pod == CLIENT
    tape.gone("c1")
    assert "was gone" in (still_on_target(tape.made, target, tape.state) or "")
    assert aim(tape.made, None, tape.state) is None


def quiet(verb: str, **parameters: Any) -> Ground:
    """Nothing alive, a controller that renews its lease, and silence."""
    tape = Ground(verb, **parameters)
    tape.pod("u1", "Succeeded", main=0, wait=0)
    return tape.fired(**LEADER)


def reached(tape: Ground, seconds: float) -> bool:
    for _ in range(int(seconds)):
        tape.lease(1.0, holder=CLIENT)
    return quiescence(tape.state, tape.t).reached


def test_silence_is_none_while_the_controller_is_told_late() -> None:
    assert not reached(quiet("delay-watch", delay="20s"), 20)
    assert reached(quiet("delay-watch", delay="20s"), 30)
    assert reached(quiet("drop-watch"), 10)


def test_silence_is_none_while_the_controller_does_not_watch_again() -> None:
    """client-go waits for up to a minute when a watch was ended several times in a row."""
    tape = quiet("close-watch", resource="pods", times=2)
    for _ in range(2):
        touched(tape, Deed.CLOSE, **WATCHED)
    assert not reached(tape, 20)
    touched(tape, Deed.RESUMED, **WATCHED)
    assert not reached(tape, 10)
    touched(tape, Deed.RESUMED, **WATCHED)
    assert reached(tape, 10)


def test_a_controller_that_never_watches_again_is_no_longer_waited_for() -> None:
    assert not reached(touched(quiet("expire-watch"), Deed.EXPIRE, **WATCHED), 60)
    assert reached(touched(quiet("expire-watch"), Deed.EXPIRE, **WATCHED), 80)


def test_who_was_just_meddled_with_is_given_time() -> None:
    tape = quiet("refuse-api")
    assert reached(tape, 10)
    assert not reached(touched(tape, Deed.REFUSE, status=500), 2)
    assert reached(tape, 5)
    assert reached(touched(tape, Deed.REFUSE, resource="leases"), 0)


def test_what_holds_back_is_named() -> None:
    tape = quiet("slow-api", delay="20s")
    reached(tape, 10)
    workflow = tape.state.workflow
    assert workflow is not None
    assert any("slow-api holds back" in each.text for each in blockers(tape.state, workflow, tape.t))


def test_who_led_before_and_asked_after_another_took_the_lease_is_none() -> None:
    parameters, deed, said = LANDINGS["refuse-api"]
    tape = Ground("refuse-api", **parameters).controller("c2").fired(**LEADER)
    assert touched(tape.led_by("c2"), deed, **said).proof is None


@pytest.mark.parametrize("verb", ["drop-watch", "delay-watch"])
def test_an_event_of_another_namespace_is_none(verb: str) -> None:
    _, _, said = LANDINGS[verb]
    word = str(said.get("detail", "MODIFIED ns/a was held")).partition(" ")[0]
    assert landed(verb, detail=f"{word} other/pod-x version 7 was dropped").proof is None
