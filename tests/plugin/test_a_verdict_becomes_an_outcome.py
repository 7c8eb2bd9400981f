"""Each of the seven verdicts has an outcome of pytest; red is red for pytest's own options, too."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.plugin.conftest import NEW, OLD, Scenarios

pytest_plugins = "pytester"

WORDS = {
    f"as-declared[{OLD}]": "XFAIL",
    f"as-declared[{NEW}]": "PASSED",
    f"declared-too-far[{OLD}]": "XFAIL",
    f"declared-too-far[{NEW}]": "FAILED",
    f"not-declared[{OLD}]": "FAILED",
    f"not-declared[{NEW}]": "PASSED",
    f"never-fires[{OLD}]": "INCONCLUSIVE",
    f"never-fires[{NEW}]": "INCONCLUSIVE",
    f"cut-short[{OLD}]": "ERROR",
    f"cut-short[{NEW}]": "ERROR",
    f"is-skipped[{OLD}]": "XFAIL",
    f"is-skipped[{NEW}]": "SKIPPED",
}


@pytest.fixture
def every(scenarios: Scenarios) -> Scenarios:
    scenarios.add_every_verdict()
    return scenarios


def newest(scenarios: Scenarios) -> Path:
    return (scenarios.pytester.path / "reports" / "latest").resolve()


def test_every_verdict_has_its_outcome(every: Scenarios) -> None:
    result = every.run("-v", "-rA")
    seen = {}
    for line in result.outlines:
        name, _, rest = line.rpartition("::")[2].partition(" ")
        if name in WORDS and "%]" in line:
            seen[name] = rest.split()[0]
    assert seen == WORDS
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    summary = result.outlines[-1]
    for told in ("2 failed", "2 passed", "1 skipped", "3 xfailed", "2 errors", "2 inconclusive"):
        assert told in summary


def test_a_failure_is_told_in_words_of_the_scenario(every: Scenarios) -> None:
    result = every.run()
    text = result.stdout.str()
    assert f"fail: not-declared[{OLD}]: stuck: task-result-incomplete" in text
    assert "workflow.phase" in text
    assert f"fixed: declared-too-far[{NEW}]: the declared bug did not show" in text
    assert f"inconclusive: never-fires[{NEW}]: second never fired" in text
    assert f"infra: cut-short[{NEW}]" in text
    assert f"evidence: {newest(every)}/cells/not-declared/{OLD}" in text
    assert "Traceback" not in text
    assert ".py:" not in text.replace("tests/plugin", "")


def test_verdicts_are_those_of_the_run_file(every: Scenarios) -> None:
    every.run()
    cells = json.loads((newest(every) / "results.json").read_text())["cells"]
    verdicts = {f"{cell['scenario']}[{cell['argo']}]": cell["verdict"] for cell in cells}
    assert verdicts[f"declared-too-far[{NEW}]"] == "fixed"
    assert verdicts[f"not-declared[{OLD}]"] == "fail"
    assert {key for key, verdict in verdicts.items() if verdict == "infra"} == {f"cut-short[{o}]" for o in (OLD, NEW)}


def test_stops_at_the_first_failure_if_asked(every: Scenarios) -> None:
    result = every.run("-x", "-k", "declared")
    result.assert_outcomes(passed=1, xfailed=2, failed=1, deselected=6)
    assert (every.pytester.path / "cancelled").read_text() == "the run was stopped"
    assert (every.pytester.path / "closed").exists()


def test_last_failed_takes_up_what_was_not_green(every: Scenarios) -> None:
    every.run()
    result = every.run("--lf")
    red = sorted(name for name, word in WORDS.items() if word in ("FAILED", "INCONCLUSIVE", "ERROR"))
    assert sorted(every.started()) == red
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_known_bugs_alone_are_green(scenarios: Scenarios) -> None:
    scenarios.add("as-declared")
    assert scenarios.run().ret == 0


def test_junit_names_scenario_release_and_line(every: Scenarios) -> None:
    every.run("--junitxml=junit.xml", "-o", "junit_family=xunit1")
    cases = ET.parse(every.pytester.path / "junit.xml").getroot().iter("testcase")
    case = next(case for case in cases if case.get("name") == f"not-declared[{OLD}]")
    assert (case.get("file"), case.get("line")) == ("scenarios/not-declared.yaml", "1")
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert properties == {
        "argo": OLD, "kubernetes": "v1.33.13", "scenario": "not-declared", "source": "scenarios/not-declared.yaml:2",
        "verdict": "fail",
    }  # fmt: skip
    failure = case.find("failure")
    assert failure is not None
    assert "stuck: task-result-incomplete" in str(failure.text)


def test_junit_counts_infra_as_errors(every: Scenarios) -> None:
    every.run("--junitxml=junit.xml")
    suite = ET.parse(every.pytester.path / "junit.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("errors"), suite.get("failures"), suite.get("skipped")) == (
        "12",
        "2",
        "4",
        "4",
    )
