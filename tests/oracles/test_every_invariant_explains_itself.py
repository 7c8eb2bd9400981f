"""The docstring of an invariant is its documentation: what, why, which upstream bugs, what is lawful."""

from __future__ import annotations

import inspect
import sys

import pytest

from harness.oracles.invariants import INVARIANTS


@pytest.mark.parametrize("name", INVARIANTS)
def test_what_why_and_what_is_lawful(name: str) -> None:
    invariant = INVARIANTS[name]()
    assert invariant.name == name
    text = inspect.getdoc(sys.modules[type(invariant).__module__]) or ""
    assert text.startswith(f"{name}: ")
    assert "Why: " in text
    assert "Lawful: " in text
