"""Faults of permissions and objects land, or do not, by what was read back and what the watch showed of that object."""

from __future__ import annotations

from typing import Any, Self

import pytest

from harness.history.parse import parse
from harness.history.workflows import parse_workflow
from harness.model.events import ReadBack, Resource, Verb
from harness.model.signs import QUOTA
from harness.oracles.aim import aim
from harness.oracles.proofs import Proof, prove
from harness.oracles.subjects import Subject
from harness.scenario.types import Step
from tests.oracles.build import Tape, header, node, spec

REFUSED = f"exceeded quota: {QUOTA}"


def step(verb: str, **parameters: Any) -> Step:
    return Step.model_validate({"when": {"node": {"template": "main"}}, "inject": {verb: parameters}})


class Objects(Tape):
    """A workflow at work, a fault of it, and what was read."""

    def __init__(self, verb: str, **parameters: Any) -> None:
        made = {"when": {"node": {"template": "main"}}, "inject": {verb: parameters}}
        super().__init__(header(spec(method=[made])))
        self.made = step(verb, **parameters)
        self.workflow("Running", node("main", "Running"))

    def fired(self) -> Self:
        self.fire(node_id="main", workflow="wf")
        return self

    def read(self, subject: str, before: str, after: str, index: int = 0) -> Self:
        self.add(ReadBack(**self._stamps(0.01), step=index, subject=subject, before=before, after=after))
        return self

    def shown(self, uid: str, verb: Verb = Verb.ADDED, name: str = "main") -> Self:
        labels = {"workflows.argoproj.io/workflow": "wf"}
        self.see(Resource.TASK_RESULT, {"metadata": {"name": name, "uid": uid, "labels": labels}}, verb)
        return self

    @property
    def proof(self) -> Proof | None:
        return prove(self.made, 0, self.state)


PERMISSION = "create workflowtaskresults"
READ = {
    "revoke": ({}, PERMISSION, "allowed", "denied"),
    "exhaust-quota": ({}, "the next pod", "another pod is accepted", REFUSED),
    "change-semaphore": ({"config-map": "limits", "key": "places", "limit": "0"}, "limits/places", "1", "0"),
    "delete-semaphore": ({"config-map": "limits", "key": "places"}, "limits/places", "1", ""),
}
"""Of each verb its parameters, what is read, and what it is before and after."""


@pytest.mark.parametrize("verb", READ)
def test_what_the_api_server_says_before_and_after_proves_it(verb: str) -> None:
    parameters, subject, before, after = READ[verb]
    tape = Objects(verb, **parameters).fired()
    assert tape.proof is None
    proof = tape.read(subject, before, after).proof
    assert proof is not None
    assert proof.seq == tape.state.seq


@pytest.mark.parametrize("verb", READ)
def test_what_was_so_before_or_is_not_so_or_was_read_of_something_else_proves_nothing(verb: str) -> None:
    parameters, subject, before, after = READ[verb]
    assert Objects(verb, **parameters).fired().read(subject, after, after).proof is None
    assert Objects(verb, **parameters).fired().read(subject, before, before).proof is None
    assert Objects(verb, **parameters).fired().read("something else", before, after).proof is None
    assert Objects(verb, **parameters).fired().read(subject, before, after, index=1).proof is None
    early = Objects(verb, **parameters).read(subject, before, after)
    assert early.fired().proof is None


def test_a_pod_that_is_refused_for_another_quota_proves_nothing() -> None:
    tape = Objects("exhaust-quota").fired()
    assert tape.read("the next pod", "another pod is accepted", "exceeded quota: of-the-team").proof is None


def test_a_created_task_result_is_proven_by_its_uid() -> None:
    tape = Objects("create-task-result").fired().read("task result main", "", "r1")
    assert tape.proof is None
    proof = tape.shown("r1").proof
    assert proof is not None
    assert proof.seq == tape.state.seq


def test_a_task_result_that_argo_creates_is_not_the_one_of_the_step() -> None:
    assert Objects("create-task-result").fired().shown("r1").proof is None
    assert Objects("create-task-result").fired().read("task result main", "", "r2").shown("r1").proof is None
    early = Objects("create-task-result").shown("r1").fired()
    assert early.read("task result main", "", "r1").proof is None


def test_a_deleted_task_result_is_proven_also_where_another_has_come_since() -> None:
    tape = Objects("delete-task-result").shown("r1").fired().shown("r1", Verb.DELETED).shown("r2")
    proof = tape.read("task result main", "r1", "deleted").proof
    assert proof is not None


def test_a_task_result_that_argo_deletes_was_not_deleted_by_the_step() -> None:
    assert Objects("delete-task-result").shown("r1").fired().shown("r1", Verb.DELETED).proof is None
    other = Objects("delete-task-result").shown("r1").fired().read("task result main", "r0", "deleted")
    assert other.shown("r1", Verb.DELETED).proof is None
    unseen = Objects("delete-task-result").shown("r1").fired().read("task result main", "r1", "deleted")
    assert unseen.proof is None


PATCH = {"status": {"nodes": {"{{node}}": {"phase": "Failed"}}}}


def raw(phase: str) -> dict[str, Any]:
    return {"metadata": {"name": "wf"}, "spec": {}, "status": {"nodes": {"main": {"id": "main", "phase": phase}}}}


def test_an_edit_is_proven_when_the_watch_shows_what_the_api_server_answered() -> None:
    tape = Objects("edit-workflow", patch=PATCH).fired()
    tape.see(Resource.WORKFLOW, raw("Failed"))
    tape.workflow("Running", node("main", "Running"))
    assert tape.proof is None
    assert tape.read("workflow wf", "", parse_workflow(raw("Failed")).fingerprint).proof is not None


def test_an_edit_that_nobody_saw_or_that_changed_nothing_proves_nothing() -> None:
    face = parse_workflow(raw("Failed")).fingerprint
    assert Objects("edit-workflow", patch=PATCH).fired().read("workflow wf", "", face).proof is None
    same = Objects("edit-workflow", patch=PATCH)
    same.see(Resource.WORKFLOW, raw("Failed"))
    same.fired().see(Resource.WORKFLOW, raw("Failed"))
    assert same.read("workflow wf", "", face).proof is None


def test_an_edit_aims_at_a_node_only_where_its_patch_names_one() -> None:
    tape = Objects("edit-workflow", patch=PATCH)
    subject = Subject(node_id="main", text="", seq=1)
    aimed = aim(tape.made, subject, tape.state)
    assert aimed is not None
    assert aimed.node_id == "main"
    assert aim(tape.made, None, tape.state) is None
    whole = aim(step("edit-workflow", patch={"spec": {"suspend": True}}), None, tape.state)
    assert whole is not None
    assert whole.workflow == "wf"


def test_a_task_result_says_whose_it_is() -> None:
    owners = [{"kind": "Workflow", "uid": "w1"}]
    result = parse(Resource.TASK_RESULT, {"metadata": {"name": "main", "ownerReferences": owners}})
    assert getattr(result, "owner") == "w1"  # noqa: B009  # the union of all kinds has no owner
