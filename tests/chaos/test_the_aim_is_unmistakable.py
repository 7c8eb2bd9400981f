"""An experiment has no moment that picks a pod: what it names must be there, and where it names none there is one."""

import re
from typing import Any

import pytest

from harness.chaos import aiming, deeds, stock
from harness.chaos.last_seen import last_seen
from harness.chaos.place import Place
from harness.faults.context import Missed
from harness.model.events import Resource, Stage, Target, Verb
from harness.run.watching import Line
from harness.scenario.types import Step
from tests.oracles.build import Tape, node

NO_CLUSTER: Any = None
"""Only powering on asks the cluster."""


def place(**named: Any) -> Place:
    return Place(cluster="dev", proof_within=1, namespace="ns", workflow="wf", **named)


def two_pods() -> Tape:
    tape = Tape().workflow("Running", node("a", "Running"), node("b", "Running", templateName="other"))
    return tape.pod("a", key="a").pod("b", key="b", host="node-2")


def step(verb: str, **parameters: object) -> Step:
    group = "do" if verb in ("stop", "relabel-task-result") else "inject"
    return Step.model_validate({"when": deeds.ANY_MOMENT, group: {verb: parameters}})


def test_a_pod_is_found_by_its_name_or_its_template() -> None:
    state = two_pods().state
    kill = step("kill-process", container="wait")
    assert aiming.find_target(kill, place(pod="pod-a"), state).pod_uid == "a"
    found = aiming.find_target(kill, place(template="other"), state)
    assert (found.pod_uid, found.container, found.container_id, found.host) == ("b", "wait", "b-wait", "node-2")


def test_without_a_name_there_must_be_just_one_living_pod() -> None:
    tape = two_pods()
    with pytest.raises(Missed, match="wf has 2 living pods, and one is wanted; there are: pod-a Running, pod-b"):
        aiming.find_target(step("drain"), place(), tape.state)
    tape.pod("a", "Succeeded", key="a", main=0, wait=0)
    assert aiming.find_target(step("drain"), place(), tape.state).host == "node-2"
    tape.pod("b", "Failed", key="b", main=1, wait=0)
    with pytest.raises(Missed, match="wf has no living pods, and one is wanted"):
        aiming.find_target(step("drain"), place(), tape.state)


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(Missed, match="wf has no pod pod-c; there are: pod-a Running, pod-b Running"):
        aiming.find_target(step("delete-pod"), place(pod="pod-c"), two_pods().state)
    with pytest.raises(Missed, match=re.escape("pod pod-a (Running) has no container sidecar that has started")):
        aiming.find_target(step("kill-process", container="sidecar"), place(pod="pod-a"), two_pods().state)


def test_an_image_is_broken_before_its_container_has_started() -> None:
    labels = {"workflows.argoproj.io/workflow": "wf"}
    pending = {"metadata": {"name": "pod-a", "uid": "a", "labels": labels}, "spec": {}, "status": {"phase": "Pending"}}
    state = Tape().workflow("Running").see(Resource.POD, pending).state
    assert aiming.find_target(step("break-image"), place(), state).pod_uid == "a"
    with pytest.raises(Missed, match=re.escape("pod pod-a (Pending) has no container main that has started")):
        aiming.find_target(step("kill-process"), place(), state)


def test_the_only_incomplete_task_result_is_meant() -> None:
    tape = two_pods().result("a", "true").result("b", "false")
    relabel = step("relabel-task-result")
    assert aiming.find_target(relabel, place(), tape.state).node_id == "b"
    tape.result("a", "false")
    with pytest.raises(Missed, match="wf has 2 task results that are not completed, and one is wanted"):
        aiming.find_target(relabel, place(), tape.state)
    assert aiming.find_target(relabel, place(task_result="a"), tape.state).node_id == "a"


@pytest.mark.parametrize(
    ("verb", "workflow", "problem"),
    [
        ("stop", {"phase": "Succeeded"}, "workflow wf had ended (Succeeded) before the call"),
        ("stop", {"phase": "Running", "spec": {"shutdown": "Stop"}}, "workflow wf is being shut down already (Stop)"),
        ("terminate", {"phase": "Running", "spec": {"shutdown": "Stop"}}, None),
        ("suspend", {"phase": "Running", "spec": {"suspend": True}}, "workflow wf is suspended already"),
        ("suspend", {"phase": "Running"}, None),
    ],
)
def test_what_changes_nothing_is_not_done(verb: str, workflow: dict[str, Any], problem: str | None) -> None:
    tape = Tape().workflow(workflow["phase"], **{"spec": {}} | {k: v for k, v in workflow.items() if k != "phase"})
    assert deeds.of_verb(verb).objection(Target(workflow="wf"), tape.state) == problem


def test_an_uncordon_is_proven_by_the_node_after_the_call() -> None:
    tape = Tape().host().host(cordoned=True)
    deed = deeds.uncordon()
    (target,) = deed.targets(place(), tape.state, NO_CLUSTER)
    assert target == Target(host="node-1")
    assert deed.objection(target, tape.state) is None
    tape.step(Stage.ARMED).step(Stage.TRIGGERED, host="node-1")
    tape.host()
    assert deed.prove(0, tape.state) is None, "not accepted yet"
    tape.step(Stage.ACCEPTED)
    proof = deed.prove(0, tape.state)
    assert proof is not None
    assert proof.text == "node-1 is schedulable again"


def test_an_uncordon_is_not_proven_by_a_node_that_stays_cordoned() -> None:
    tape = Tape().host().host(cordoned=True).fire(host="node-1").host(ready="False", cordoned=True)
    assert deeds.uncordon().prove(0, tape.state) is None


def test_nothing_cordoned_is_nothing_to_undo() -> None:
    tape = Tape().host()
    with pytest.raises(Missed, match="no node is cordoned"):
        deeds.uncordon().targets(place(), tape.state, NO_CLUSTER)
    assert deeds.uncordon().objection(Target(host="node-1"), tape.state) == "node-1 is not cordoned"


def test_what_the_watches_repeat_of_the_time_before_is_known() -> None:
    """Or the Running of before a retry would prove the retry."""
    known = stock.Stock(namespace="ns", versions={Resource.WORKFLOW: 105, Resource.POD: 105})

    def line(version: int, resource: Resource = Resource.WORKFLOW, namespace: str = "ns") -> Line:
        raw = {"metadata": {"resourceVersion": str(version), "namespace": namespace}}
        return Line(resource=resource, verb=Verb.MODIFIED, received=0.0, object=raw)

    assert known.holds(line(104))
    assert known.holds(line(105))
    assert not known.holds(line(106))
    assert not known.holds(line(7, Resource.NODE))
    assert known.holds(line(7, Resource.POD))
    assert not known.holds(line(7, Resource.POD, "argo")), "the controllers' pods are not listed, and would be missed"


def test_the_last_state_is_told() -> None:
    state = two_pods().host().result("a", "false").state
    target = Target(workflow="wf", pod_uid="a", host="node-1", node_id="a")
    assert last_seen(target, state) == (
        "workflow wf Running, pod pod-a Running, container main running, container wait running,"
        " node node-1 ready True, task result a completed False"
    )
    assert last_seen(Target(), state) == "nothing"
