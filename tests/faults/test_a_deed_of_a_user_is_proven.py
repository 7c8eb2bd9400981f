"""What a user does with the command line lands when it ended well and the workflow shows it; neither alone will do."""

from __future__ import annotations

from typing import Any, Self

import pytest

from harness.faults.argo_command import flags
from harness.faults.delete_and_recreate import as_submitted
from harness.model.events import Command, Resource, Verb
from harness.oracles.proofs import Proof, prove
from harness.scenario.types import Step
from harness.scenario.verbs import WorkflowVerb
from tests.oracles.build import Tape, header, node, spec


class Deeds(Tape):
    def __init__(self, verb: str, **parameters: Any) -> None:
        made = {"when": {"workflow": {}}, "do": {verb: parameters}}
        super().__init__(header(spec(method=[made])))
        self.made = Step.model_validate(made)
        self.workflow("Running", node("main", "Running"), uid="w1")

    def ran(self, word: str, code: int = 0) -> Self:
        self.add(Command(**self._stamps(0.1), step=0, argv=("argo", word), exit_code=code, output="", seconds=0.1))
        return self

    def gone(self) -> Self:
        self.see(Resource.WORKFLOW, {"metadata": {"name": "wf", "uid": "w1"}}, Verb.DELETED)
        return self

    def fired(self) -> Self:
        self.fire()
        return self

    def anew(self, name: str = "wf-1", of: str = "wf") -> Self:
        self.rival(name, labels={"workflows.argoproj.io/resubmitted-from-workflow": of})
        return self

    @property
    def proof(self) -> Proof | None:
        return prove(self.made, 0, self.state)


def test_a_resubmission_is_proven_by_the_workflow_that_names_this_one() -> None:
    proof = Deeds("resubmit").fired().ran("resubmit").anew().proof
    assert proof is not None
    assert "wf-1" in proof.text


def test_a_workflow_that_was_there_or_does_other_work_is_no_resubmission() -> None:
    assert Deeds("resubmit").fired().ran("resubmit").proof is None
    assert Deeds("resubmit").fired().ran("resubmit").anew(of="another").proof is None
    assert Deeds("resubmit").fired().ran("resubmit", 1).anew().proof is None
    assert Deeds("resubmit").anew().fired().ran("resubmit").anew().proof is None


def test_a_deletion_is_proven_when_the_workflow_is_gone() -> None:
    assert Deeds("delete").fired().ran("delete").gone().proof is not None
    assert Deeds("delete").fired().ran("delete").proof is None
    assert Deeds("delete").fired().gone().proof is None
    assert Deeds("delete").gone().fired().ran("delete").proof is None


def test_a_recreation_is_proven_by_another_uid_under_the_name() -> None:
    assert Deeds("delete-and-recreate").fired().ran("delete").ran("submit").gone().proof is None
    tape = Deeds("delete-and-recreate").fired().ran("delete").ran("submit").gone()
    tape.workflow("", uid="w2")
    proof = tape.proof
    assert proof is not None
    assert "was w1 and is w2" in proof.text


@pytest.mark.parametrize("words", [("delete",), ("submit",), ()])
def test_a_recreation_of_which_half_was_done_by_others_proves_nothing(words: tuple[str, ...]) -> None:
    tape = Deeds("delete-and-recreate").fired()
    for word in words:
        tape.ran(word)
    tape.gone().workflow("", uid="w2")
    assert tape.proof is None


def test_a_recreation_from_before_the_call_proves_nothing() -> None:
    tape = Deeds("delete-and-recreate").gone()
    tape.workflow("", uid="w2")
    assert tape.fired().ran("delete").ran("submit").proof is None


def waiting(verb: str, phase: str, said: str = "", **parameters: Any) -> Proof | None:
    tape = Deeds(verb, **{"node-field-selector": "displayName=ask"} | parameters)
    tape.workflow("Running", node("ask", "Running", type="Suspend"), uid="w1")
    tape.fired().ran(verb).workflow("Running", node("ask", phase, type="Suspend", message=said), uid="w1")
    return tape.proof


def test_a_node_that_waits_is_answered_only_when_it_has_ended_with_these_words() -> None:
    assert waiting("resume", "Succeeded") is not None
    assert waiting("resume", "Running") is None
    assert waiting("stop", "Failed", "no; not today", message="not today") is not None
    assert waiting("stop", "Failed", "timed out", message="not today") is None


def test_a_message_of_stop_wants_a_node_to_say_it() -> None:
    with pytest.raises(ValueError, match="node-field-selector"):
        Step.model_validate({"when": {"workflow": {}}, "do": {"stop": {"message": "why"}}})


FLAGS = {
    "retry": (
        {"restart-successful": True, "node-field-selector": "x=y"},
        "--restart-successful --node-field-selector x=y",
    ),
    "resubmit": ({"memoized": True}, "--memoized"),
    "stop": ({"message": "m", "node-field-selector": "x=y"}, "--message m --node-field-selector x=y"),
    "resume": ({"node-field-selector": "x=y"}, "--node-field-selector x=y"),
    "terminate": ({}, ""),
    "delete": ({}, ""),
}


@pytest.mark.parametrize("verb", FLAGS)
def test_parameters_become_flags_of_the_command_line(verb: str) -> None:
    parameters, line = FLAGS[verb]
    action = Step.model_validate({"when": {"workflow": {}}, "do": {verb: parameters}}).action
    assert isinstance(action, WorkflowVerb)
    assert " ".join(flags(action)) == line
    assert flags(type(action)()) == ()


def test_what_is_submitted_again_is_what_was_written_once() -> None:
    seen = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "name": "wf",
            "uid": "w1",
            "resourceVersion": "7",
            "labels": {"mine": "1", "workflows.argoproj.io/phase": "Running"},
        },
        "spec": {"entrypoint": "main", "shutdown": "Stop", "suspend": True},
        "status": {"phase": "Running"},
    }
    assert as_submitted(seen) == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf", "labels": {"mine": "1"}},
        "spec": {"entrypoint": "main"},
    }
