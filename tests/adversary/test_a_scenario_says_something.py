"""Scenario files that lint lets through although their verdict would be worth nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.scenario.load import load_all
from harness.scenario.types import Scenario
from tests.scenario.writing import changed, messages, write

if TYPE_CHECKING:
    from pathlib import Path

EXPECT = "  workflow: {phase: Succeeded}\n"
ENDING = "expect:\n  workflow: {phase: Succeeded}\n"


def told(folder: Path, *changes: tuple[str, str], more: str = "") -> list[str]:
    return messages(write(folder, changed(*changes, more=more)))


@pytest.mark.parametrize("expect", ["{}", "{within: 5s}", "{nodes: []}", "{workflow: {}}"])
def test_an_expectation_of_nothing_is_refused(tmp_path: Path, expect: str) -> None:
    """Withstood."""
    assert told(tmp_path, (ENDING, f"expect: {expect}\n"))


@pytest.mark.parametrize("expect", ["nodes: [{template: main}]", "pods: [{template: main, created: 0}]"])
def test_an_expectation_that_does_not_say_how_the_workflow_ends_is_refused(tmp_path: Path, expect: str) -> None:
    assert told(tmp_path, (EXPECT, f"  {expect}\n"))


def test_a_symptom_that_every_good_run_shows_is_refused(tmp_path: Path) -> None:
    """It demands less of the same nodes, so `expect` implies it; lint compares for equality only."""
    bug = """known-bugs:
  - argo: ">=3.5.6,<3.5.11"
    link: unreported
    expect: {nodes: [{template: main, phase: Failed}]}
"""
    strict = EXPECT + '  nodes: [{template: main, phase: Failed, message: "*exit code 1*"}]\n'
    assert told(tmp_path, (EXPECT, strict), more=bug)


def test_a_symptom_with_a_wider_message_is_refused(tmp_path: Path) -> None:
    bug = """known-bugs:
  - argo: ">=3.5.6,<3.5.11"
    link: unreported
    expect: {workflow: {phase: Failed, message: "*exit*"}}
"""
    assert told(tmp_path, (EXPECT, '  workflow: {phase: Failed, message: "*exit code 1*"}\n'), more=bug)


def test_a_scenario_is_the_same_after_it_was_stored(seeds: tuple[Path, ...]) -> None:
    """Withstood: what a header holds is what was run, so judging again asks the same questions."""
    for path in seeds:
        for loaded in load_all(path):
            stored = loaded.scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
            again = Scenario.model_validate(stored)
            assert again.model_copy(update={"workflow": {}}) == loaded.scenario.model_copy(update={"workflow": {}})


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> tuple[Path, ...]:
    found = tuple(sorted((request.config.rootpath / "scenarios" / "seeds").glob("*.yaml")))
    assert found
    return found
