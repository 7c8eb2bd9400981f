"""Histories drawn from a model of Argo's node life cycle: lawful ones never violate, broken ones always do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from harness.mutation.mutant import broken, judged
from harness.mutation.targeted import TARGETED
from tests.mutation.lifecycle import lives

if TYPE_CHECKING:
    from harness.mutation.tape import Tape

BREAKS = sorted((name, mutator.kind) for name, mutators in TARGETED.items() for mutator in mutators)
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


@given(lives())
@settings(max_examples=100, suppress_health_check=SLOW)
def test_a_lawful_life_violates_nothing(tape: Tape) -> None:
    assert judged(tape).violations == ()


@pytest.mark.parametrize(("invariant", "kind"), BREAKS)
@given(tape=lives())
@settings(max_examples=5, suppress_health_check=SLOW)
def test_a_broken_life_violates_what_was_broken(invariant: str, kind: str, tape: Tape) -> None:
    mutator = next(mutator for mutator in TARGETED[invariant] if mutator.kind == kind)
    for mutant in mutator.mutants(tape):
        assert invariant in broken(judged(mutant))
