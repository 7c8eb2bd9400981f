from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from harness.model.column import Column
from harness.report import junit
from harness.report.plan import Plan

if TYPE_CHECKING:
    from harness.model.cells import CellResult, RunInfo


@pytest.fixture
def suites(run: RunInfo, cells: tuple[CellResult, ...]) -> ElementTree.Element:
    plan = Plan(
        cells=(
            *((cell.scenario, cell.column) for cell in cells),
            ("late", Column("v3.7.15")),
            ("drain", Column("v3.4.99")),
        ),
        unavailable={"v3.4.99": "no such tag"},
    )
    return ElementTree.fromstring(junit.render(run, cells, plan))


def _case(suites: ElementTree.Element, name: str) -> ElementTree.Element:
    (found,) = (case for case in suites.iter("testcase") if case.get("name") == name)
    return found


def test_a_case_has_file_line_and_release(suites: ElementTree.Element) -> None:
    case = _case(suites, "drain[v3.5.10]")
    assert (case.get("file"), case.get("line")) == ("scenarios/seeds/drain.yaml", "3")
    assert case.get("classname") == "scenarios.seeds.drain"
    assert case.get("time") == "21.750"
    facts = {one.get("name"): one.get("value") for one in case.iter("property")}
    expected = {"argo": "v3.5.10", "kubernetes": "v1.33.13", "verdict": "fail", "kind": "wrong outcome"}
    assert facts == expected


def test_a_failure_says_what_was_expected_and_how_to_see_it_again(suites: ElementTree.Element) -> None:
    (failure,) = _case(suites, "drain[v3.5.10]").findall("failure")
    assert failure.get("message", "").startswith("workflow.phase: expected Succeeded, seen Error")
    assert failure.text
    assert "NOT  workflow.phase" in failure.text
    assert "again: shakedown run scenarios/seeds/drain.yaml --argo v3.5.10" in failure.text


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("oom-main[v3.7.15]", None),
        ("task-result-lost[v3.5.10]", "skipped"),
        ("task-result-relabelled[v3.7.15]", "skipped"),
        ("force-delete[v3.5.10]", "failure"),
        ("force-delete[v3.7.15]", "error"),
        ("drain[v3.7.15]", "error"),
        ("late[v3.7.15]", "error"),
        ("drain[v3.4.99]", "error"),
    ],
)
def test_only_what_is_green_is_green(suites: ElementTree.Element, name: str, element: str | None) -> None:
    outcomes = [child.tag for child in _case(suites, name) if child.tag != "properties"]
    assert outcomes == ([element] if element else [])


def test_the_counts_are_those_of_the_cases(suites: ElementTree.Element) -> None:
    counted = {name: suites.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": "11", "failures": "2", "errors": "4", "skipped": "2"}
    assert [suite.get("name") for suite in suites] == ["Argo v3.5.10", "Argo v3.7.15", "Argo v3.4.99"]
    assert sum(int(suite.get("tests", "")) for suite in suites) == 11


def test_a_release_that_was_refused_says_so(suites: ElementTree.Element) -> None:
    (error,) = _case(suites, "drain[v3.4.99]").findall("error")
    assert (error.get("type"), error.get("message")) == ("not-run", "no such tag")
