"""No hang, and no lost requeue, where a fault was just undone, a quota is in the way, or the controller changed."""

from typing import Any

import pytest

from harness.model.events import ReadBack, Stage, Verb
from harness.model.header import ControllerSettings
from harness.model.signs import QUOTA
from harness.oracles.judge import judge
from harness.oracles.stuck import quiescence, stuck
from harness.oracles.timers import Timers, timers_now, timers_of
from tests.oracles.build import FAST, Tape, header, node, spec

TWO: dict[str, Any] = {"templates": [{"name": "a", "container": {}}, {"name": "b", "container": {}}]}
DONE = node("a", "Succeeded", started=0, finished=1, templateName="a")
REFUSED = f'pods "wf-b" is forbidden: exceeded quota: {QUOTA}, requested: pods=1, used: pods=1, limited: pods=1'


def without_room(message: str, **step: Any) -> Tape:
    """A step has a quota in its way, which lands; nothing happens for twenty seconds."""
    when = {"pod": {"template": "a", "phase": "Succeeded"}}
    method = [{"name": "no-room", "when": when, "inject": {"exhaust-quota": {}}, **step}]
    tape = Tape(header(spec(method=method, expect={"within": "90s", "workflow": {"phase": "Succeeded"}}), "v3.7.15"))
    tape.lease().host().workflow("Running", node("a", "Running", started=0, templateName="a"), **TWO)
    tape.pod("u1", key="a", name="wf.a").pod("u1", "Succeeded", key="a", main=0, wait=0).fire(workflow="wf")
    refusal = f"exceeded quota: {QUOTA}"
    before, subject = "another pod is accepted", "the next pod"
    tape.add(ReadBack(**tape._stamps(0.01), step=0, subject=subject, before=before, after=refusal)).step(Stage.LANDED)
    tape.workflow("Running", DONE, node("b", "Pending", started=1, templateName="b", message=message), **TWO)
    for _ in range(10):
        tape.lease(dt=2)
    return tape


def test_a_quota_is_waited_for_and_is_no_hang() -> None:
    tape = without_room(REFUSED)
    assert quiescence(tape.state, tape.t).blockers == (f"node b: {REFUSED}",)
    assert quiescence(without_room("").state, tape.t).reached, "without the message nothing tells of a quota"


def test_after_a_heal_the_controller_is_given_time() -> None:
    tape = without_room("", **{"heal-after": "20s"}).step(Stage.HEALED, dt=0.05)
    assert not quiescence(tape.state, tape.t).reached
    quiet = timers_of(tape.header).quiet
    assert not quiescence(tape.state, tape.t + quiet - 0.1).reached
    assert quiescence(tape.state, tape.t + quiet).reached


@pytest.mark.parametrize("healed_first", [True, False])
def test_what_goes_on_after_a_heal_does_not_go_on_because_of_a_nudge(healed_first: bool) -> None:
    tape = without_room("", **{"heal-after": "20s"})
    if healed_first:
        tape.step(Stage.HEALED, dt=0.05).nudge(dt=6.0)
    else:
        tape.nudge(dt=0.01).step(Stage.HEALED, dt=0.01)
    tape.pod("u2", "Pending", key="b", name="wf.b", dt=0.15, created=int(tape.t))
    run = [node("b", phase, started=1, templateName="b") for phase in ("Running", "Succeeded")]
    run[1]["finishedAt"] = DONE["finishedAt"]
    tape.workflow("Running", DONE, run[0], **TWO).pod("u2", key="b", name="wf.b")
    tape.pod("u2", "Succeeded", key="b", name="wf.b", main=0, wait=0).workflow("Succeeded", DONE, run[1], **TWO).end()
    told = [violation.invariant for violation in judge(tape.header, tape.entries).violations]
    # a nudge that came six seconds after the heal did find a workflow that had forgotten itself
    assert ("goes-on-by-itself" in told) is healed_first


SLOW = FAST | {"TASK_RESULT_TIMEOUT_DURATION": "60s"}
RUNNING = {"node": {"template": "main", "phase": "Running"}}
LONGER = {"configure-controller": {"env": {"TASK_RESULT_TIMEOUT_DURATION": "2m"}}}
DEFAULT = {"configure-controller": {"env": {"TASK_RESULT_TIMEOUT_DURATION": ""}}}
SHORTER = {"configure-controller": {"env": {"TASK_RESULT_TIMEOUT_DURATION": "1s"}}}
SWAPPED = {"swap-argo": {"to": "v3.7.15"}}


def changed(do: dict[str, Any], argo: str, env: dict[str, str]) -> Tape:
    given = spec(method=[{"when": RUNNING, "do": do}])
    return Tape(header(given, argo=argo, settings=ControllerSettings(env=env)))


@pytest.mark.parametrize(
    ("do", "argo", "before", "after"),
    [
        (LONGER, "v3.7.15", 60.0, 120.0),
        (DEFAULT, "v3.7.15", 60.0, 600.0),
        (SHORTER, "v3.7.15", 60.0, 60.0),
        (SWAPPED, "v3.5.10", None, 60.0),
    ],
)
def test_a_controller_that_is_changed_has_the_longer_of_both_timers(
    do: dict[str, Any], argo: str, before: float | None, after: float
) -> None:
    tape = changed(do, argo, SLOW).workflow("Running", node("main", "Running", started=0))
    assert timers_now(tape.state).result_timeout == before
    tape.fire()
    assert timers_now(tape.state).result_timeout == after
    assert timers_now(tape.state).requeue == timers_of(tape.header).requeue


def test_an_election_that_ends_or_begins_in_between_is_none() -> None:
    env = {"LEADER_ELECTION_DISABLE": "true"}
    tape = changed({"configure-controller": {"env": env}}, "v3.7.15", FAST).fire()
    assert timers_now(tape.state).lease is None
    assert timers_now(changed(SWAPPED, "v3.5.10", FAST | env).fire().state).lease_duration is None


def test_without_a_header_they_are_argos_own() -> None:
    assert timers_now(Tape().state.__class__()) == Timers()


def test_a_result_that_the_new_release_gives_up_later_is_no_hang() -> None:
    tape = changed(SWAPPED, "v3.5.10", SLOW).lease()
    tape.workflow("Running", node("main", "Running", started=0)).pod("u1").result("main", "false").fire()
    tape.pod("u1", "Failed", main=143, wait=137, dt=2)
    tape.pod("u1", "Failed", main=143, wait=137, deleting=True, verb=Verb.DELETED)
    status = {"taskResultsCompletionStatus": {"main": False}}
    tape.workflow("Running", node("main", "Failed", started=0, finished=int(tape.t)), status=status)
    for _ in range(25):
        tape.lease(dt=2)
        assert not quiescence(tape.state, tape.t).reached
        assert stuck(tape.state, tape.t) is None
