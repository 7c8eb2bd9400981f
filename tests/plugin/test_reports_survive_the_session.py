"""What was finished is reported: in Allure, in the grid, after Ctrl-C, without Node; a broken machine is one line."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.plugin.conftest import NEW, OLD, Scenarios

pytest_plugins = "pytester"


def allure_results(scenarios: Scenarios) -> dict[tuple[str, str], dict[str, Any]]:
    folder = scenarios.pytester.path / "reports/latest/allure-results"
    results = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return {(each["name"], one(each["labels"], "argo")): each for each in results}


def one(pairs: list[dict[str, Any]], name: str) -> str:
    (value,) = [pair["value"].strip("'") for pair in pairs if pair["name"] == name]
    return str(value)


def test_allure_knows_the_release_as_label_and_parameter(scenarios: Scenarios) -> None:
    scenarios.add("as-declared")
    assert scenarios.run_apart().ret == 0
    found = allure_results(scenarios)
    assert {argo for _, argo in found} == {OLD, NEW}
    for (_, argo), result in found.items():
        assert one(result["parameters"], "argo") == argo
        assert one(result["labels"], "fault") == "kill-process"
        assert any("wait-is-killed" in step["name"] for step in result["steps"])
    statuses = {argo: result["status"] for (_, argo), result in found.items()}
    assert statuses == {OLD: "skipped", NEW: "passed"}


def test_without_node_a_run_says_what_it_left_out(scenarios: Scenarios) -> None:
    scenarios.add("as-declared")
    result = scenarios.run_apart()
    assert result.ret == 0
    assert "the Allure report was left out: node is missing" in result.stderr.str()
    latest = scenarios.pytester.path / "reports/latest"
    assert "as-declared" in (latest / "index.html").read_text()
    assert "known bug" in (latest / "grid.md").read_text()


def test_interrupted_the_finished_cells_are_reported(scenarios: Scenarios) -> None:
    scenarios.add("a-done")
    scenarios.add("hangs")
    command = [sys.executable, "-m", "pytest", *scenarios.command(releases=(NEW,))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "a-done.yaml" in line:
                break
        time.sleep(0.2)  # the next item waits by then; nothing tells so
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    latest = scenarios.pytester.path / "reports/latest"
    record = json.loads((latest / "results.json").read_text())
    assert [cell["scenario"] for cell in record["cells"]] == ["a-done"]
    assert "not run" in (latest / "grid.md").read_text()
    assert (scenarios.pytester.path / "closed").exists()


def test_an_unfit_machine_is_one_line(scenarios: Scenarios) -> None:
    scenarios.add("a")
    (scenarios.pytester.path / "unfit").touch()
    result = scenarios.run_apart(releases=(NEW,))
    assert result.ret == 4
    assert "this machine cannot run a local cluster: you are not root; run it as root" in result.stdout.str()
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert list((scenarios.pytester.path / "reports").iterdir()) == []


def test_reports_that_cannot_be_written_are_one_line(scenarios: Scenarios) -> None:
    scenarios.add("a")
    result = scenarios.run_apart("--reports=/dev/null/x", releases=(NEW,))
    assert result.ret == 4
    assert result.stderr.str().startswith("Exit: /dev/null/x cannot hold reports: Not a directory")
    assert scenarios.started() == []
