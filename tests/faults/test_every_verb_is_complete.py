"""A verb that cannot be carried out, or cannot prove that it landed, does not exist."""

import inspect

import pytest

from harness.chaos import actions
from harness.faults.registry import FAULTS
from harness.oracles.proofs import PROOFS
from harness.scenario.verbs import Verb, verbs


def test_every_verb_has_a_fault_and_a_proof_and_no_other_has() -> None:
    wanted = set(verbs().values())
    assert set(FAULTS) == wanted
    assert set(PROOFS) == wanted


@pytest.mark.parametrize(("name", "verb"), verbs().items())
def test_every_verb_says_what_it_does(name: str, verb: type[Verb]) -> None:
    assert len(inspect.getdoc(verb) or "") >= 15
    assert verb.needs


@pytest.mark.parametrize("name", verbs())
def test_every_verb_is_an_action_with_its_words(name: str) -> None:
    act = getattr(actions, name.replace("-", "_"))
    assert inspect.getdoc(act)
    assert "configuration" in inspect.signature(act).parameters
