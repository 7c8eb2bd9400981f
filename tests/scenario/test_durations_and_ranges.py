"""Durations as Argo writes them; ranges of releases as PEP 440 does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.scenario.duration import parse_duration, show_duration
from harness.scenario.releases import parse_range
from harness.scenario.types import Step


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("1m30s", 90), ("250ms", 0.25), ("1.5h", 5400), ("24h", 86400), ("0s", 0)]
)
def test_duration(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", ["", "30", "s", "1 s", "-1s", "1d", "1s ", "٣s", 30, 1.5, True, None, ["1s"], "24h1s"]
)
def test_no_duration(value: object) -> None:
    with pytest.raises(ValueError, match=r"duration|longer than a day"):
        parse_duration(value)


@given(st.integers(0, 86_400_000))
def test_what_is_shown_can_be_read(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert parse_duration(show_duration(seconds)) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">=3.5.6,<3.5.11", ["v3.5.6", "3.5.10"], ["v3.5.5", "v3.5.11", "v3.6.0"]),
        ("==3.6.0 || >=3.7", ["v3.6.0", "v3.7.15", "v4.0.2"], ["v3.6.1"]),
        ("*", ["v3.4.17", "v3.6.0-rc1"], []),
        ("==3.5.*", ["v3.5.0", "v3.5.10"], ["v3.6.0"]),
        (">=3.6.0", ["v3.6.0"], ["v3.6.0-rc1"]),
    ],
)
def test_range(text: str, inside: list[str], outside: list[str]) -> None:
    found = parse_range(text)
    assert all(found.holds(release) for release in inside)
    assert not any(found.holds(release) for release in outside)


@pytest.mark.parametrize("value", ["", " ", "3.5", "3.5.6-3.5.10", ">=3.5 ||", "|| >=3.5", "||", ">=a", 3.5, None])
def test_no_range(value: object) -> None:
    with pytest.raises(ValueError, match="is no release range"):
        parse_range(value)


@pytest.mark.parametrize("verb", ["delete-pod", "evict-pod", "drain"])
def test_a_grace_period_has_whole_seconds(verb: str) -> None:
    when = {"pod": {"template": "main", "phase": "Running"}}
    assert Step.model_validate({"when": when, "inject": {verb: {"grace": "1m30s"}}})
    with pytest.raises(ValidationError, match=r"1\.5s is no whole number of seconds"):
        Step.model_validate({"when": when, "inject": {verb: {"grace": "1500ms"}}})
