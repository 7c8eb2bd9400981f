"""A seed waives an invariant where it was seen broken, and judges as it did when its waivers had no range."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.history.reader import read
from harness.mutation.corpus import CORPUS, Sample, samples
from harness.oracles.judge import judge
from harness.scenario.load import discover, load_all

if TYPE_CHECKING:
    from typing import Any

    from harness.model.header import Header
    from harness.scenario.types import Scenario

SEEDS = Path(__file__).parents[2] / "scenarios" / "seeds"
WAIVING = {one.scenario.name: one.scenario for path in discover((SEEDS,)) for one in load_all(path)}
SEEN = [sample for sample in samples() if sample.scenario in WAIVING and WAIVING[sample.scenario].waive]


@pytest.mark.parametrize("sample", SEEN, ids=lambda sample: sample.file)
def test_a_history_is_judged_as_if_the_waiver_had_no_range(sample: Sample) -> None:
    recording, scenario = read(CORPUS / sample.file), WAIVING[sample.scenario]
    entries = list(recording.entries())
    ranged, everywhere = (judge(waiving(recording.header, scenario, ranges), entries) for ranges in (True, False))
    assert ranged == everywhere


def waiving(header: Header, scenario: Scenario, ranges: bool) -> Header:
    waive: list[dict[str, Any]] = [one.model_dump(mode="json", by_alias=True) for one in scenario.waive]
    found = [one if ranges else {key: value for key, value in one.items() if key != "argo"} for one in waive]
    return replace(header, scenario=replace(header.scenario, spec={**header.scenario.spec, "waive": found}))


@pytest.mark.parametrize(
    ("name", "invariant"), [(name, waiver.invariant) for name, one in WAIVING.items() for waiver in one.waive]
)
def test_a_waiver_has_a_range_and_was_needed_in_it(name: str, invariant: str) -> None:
    waiver = next(waiver for waiver in WAIVING[name].waive if waiver.invariant == invariant)
    broken = {sample.argo for sample in SEEN if sample.scenario == name and invariant in sample.violations}
    assert waiver.argo.text != "*"
    assert all(waiver.argo.holds(argo) for argo in broken)
