"""Two releases of Kubernetes make two cells of each: every report tells them apart, and a run on one is as before."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from harness.report import results
from tests.plugin.conftest import NEW, OLD, Scenarios
from tests.plugin.test_reports_survive_the_session import allure_results, one

pytest_plugins = "pytester"

FIRST, SECOND = "v1.31.14", "v1.34.4"
BOTH = f"--kubernetes={FIRST},{SECOND}"
CELLS = [f"as-declared[{argo}-{on}]" for argo in (OLD, NEW) for on in (FIRST, SECOND)]


@pytest.fixture
def latest(scenarios: Scenarios) -> Path:
    scenarios.add("as-declared")
    assert scenarios.run_apart(BOTH).ret == 0
    return scenarios.pytester.path / "reports/latest"


def told(latest: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((latest / "results.json").read_text())
    return found


def test_cells_carry_both_in_name_folder_and_results(latest: Path, scenarios: Scenarios) -> None:
    assert scenarios.started() == CELLS
    data = told(latest)
    assert data["kubernetes"] == [FIRST, SECOND]
    assert data["run"]["kubernetes"] == f"{FIRST}, {SECOND}"
    assert [(cell["argo"], cell["kubernetes"]) for cell in data["cells"]] == [
        (argo, on) for argo in (OLD, NEW) for on in (FIRST, SECOND)
    ]
    assert [each["kubernetes"] for each in data["expected"]] == [FIRST, SECOND] * 2
    assert (latest / f"cells/as-declared/{NEW}-{SECOND}/history.jsonl").is_file()
    assert (latest / f"bundles/as-declared-{OLD}-{FIRST}.zip").is_file()


def test_results_are_read_as_they_were_written(latest: Path) -> None:
    found = results.read(latest)
    assert [cell.id for cell in found.cells] == CELLS
    assert [f"{name}[{column.id}]" for name, column in found.plan.cells] == CELLS


def test_the_grid_has_a_column_for_each_pair(latest: Path) -> None:
    columns = [f"{argo} on {on}" for argo in (OLD, NEW) for on in (FIRST, SECOND)]
    assert f"| scenario | {' | '.join(columns)} |" in (latest / "grid.md").read_text()
    page = (latest / "grid.html").read_text()
    assert re.findall(r'<th scope="col" role="columnheader">([^<]+)<span', page) == columns
    assert f"Kubernetes {FIRST}, {SECOND}" in page
    assert f'href="bundles/as-declared-{OLD}-{FIRST}.zip"' in page


def test_junit_names_both(latest: Path) -> None:
    root = ET.parse(latest / "junit.xml").getroot()
    assert [case.get("name") for case in root.iter("testcase")] == CELLS
    suites = [{one.get("name"): one.get("value") for one in suite[0]} for suite in root]
    assert [suite["kubernetes"] for suite in suites] == [FIRST, SECOND] * 2


def test_allure_knows_kubernetes_as_label_and_as_identity(scenarios: Scenarios) -> None:
    scenarios.add("as-declared")
    assert scenarios.run_apart(BOTH, releases=(NEW,)).ret == 0
    folder = scenarios.pytester.path / "reports/latest/allure-results"
    found = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    assert sorted(one(each["labels"], "kubernetes") for each in found) == [FIRST, SECOND]
    for result in found:
        (parameter,) = [each for each in result["parameters"] if each["name"] == "kubernetes"]
        assert parameter["value"].strip("'") == one(result["labels"], "kubernetes")
        assert not parameter.get("excluded")


def test_on_one_kubernetes_nothing_names_it(scenarios: Scenarios) -> None:
    scenarios.add("as-declared")
    assert scenarios.run_apart(f"--kubernetes={SECOND}", releases=(NEW,)).ret == 0
    assert scenarios.started() == [f"as-declared[{NEW}]"]
    (result,) = allure_results(scenarios).values()
    assert not [label for label in result["labels"] if label["name"] == "kubernetes"]
    data = told(scenarios.pytester.path / "reports/latest")
    assert [cell["kubernetes"] for cell in data["cells"]] == [SECOND]


@pytest.mark.parametrize("given", ["--kubernetes=1.34", f"--kubernetes={FIRST},x"])
def test_what_is_no_release_is_refused(scenarios: Scenarios, given: str) -> None:
    scenarios.add("as-declared")
    result = scenarios.run(given)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is not a release*"])
