"""The composite action is executed as GitHub would, from the folder of this project; the long way is for the night."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.build import progress
from harness.build.actionlint import WORKFLOWS, check, ensure
from tests.ci import github
from tests.ci.github import ROOT

PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
WORKFLOW_FILES = sorted((ROOT / WORKFLOWS).glob("*.yaml"))
SCENARIO = """
name: outside
title: A workflow of another repository
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    templates:
      - name: main
        container: {{image: "alpine:3.18", command: [sh, -c, "echo hello"]}}
expect:
  workflow: {{phase: {phase}}}
"""


def uses(node: Any) -> list[str]:
    """Every `uses:` below."""
    if isinstance(node, dict):
        mine = [node["uses"]] if isinstance(node.get("uses"), str) else []
        return mine + [found for value in node.values() for found in uses(value)]
    return [found for each in node for found in uses(each)] if isinstance(node, list) else []


@pytest.mark.parametrize("path", [*WORKFLOW_FILES, ROOT / "action.yml"], ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_a_commit(path: Path) -> None:
    found = uses(yaml.safe_load(path.read_text(encoding="utf-8")))
    foreign = [each for each in found if not each.startswith("./")]
    assert found
    assert [each for each in foreign if not PINNED.fullmatch(each)] == []


@pytest.mark.parametrize("path", WORKFLOW_FILES, ids=lambda path: path.name)
def test_workflows_may_only_read_and_end_in_time(path: Path) -> None:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert told["permissions"] == {"contents": "read"}
    assert told["concurrency"]["group"]
    for job in told["jobs"].values():
        assert "permissions" not in job
        assert "uses" in job or job["timeout-minutes"] <= 240


def test_actionlint_has_nothing_to_say() -> None:
    found = check(ensure(progress.to()), ROOT)
    assert (found.code, found.stdout, found.stderr) == (0, "", ())


def test_actionlint_would_have_something_to_say(tmp_path: Path) -> None:
    """An input that the action does not have is noticed, so the check above is one."""
    (tmp_path / ".git").mkdir()
    shutil.copytree(ROOT / WORKFLOWS, tmp_path / WORKFLOWS)
    shutil.copy(ROOT / "action.yml", tmp_path)
    path = tmp_path / WORKFLOWS / "matrix.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("          argo: ${{", "          release: ${{"))
    found = check(ensure(progress.to()), tmp_path)
    assert found.code == 1
    assert 'input "release" is not defined in action "Argo Shakedown"' in found.stdout


def test_no_input_is_pasted_into_a_script() -> None:
    """What a user hands in comes as a variable: pasted, it would be executed."""
    told = github.definition()
    assert [step["name"] for step in told["runs"]["steps"] if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize(
    ("given", "verdict", "said"),
    [
        ({"scenarios": "nowhere.yaml"}, "usage", "nowhere.yaml"),
        ({"scenarios": "a.yaml", "argo": "latest"}, "usage", "'latest' is not a release"),
        ({"scenarios": "a.yaml", "argo": "v3.7.15, v3.5.x"}, "usage", "'v3.5.x' is not a release"),
        ({"scenarios": "a.yaml", "args": "--clusters 0"}, "usage", "--clusters"),
        ({"scenarios": "a.yaml", "provider": "cloud"}, "usage", "--provider"),
    ],
)
def test_wrong_usage_is_told_as_such(tmp_path: Path, given: dict[str, str], verdict: str, said: str) -> None:
    (tmp_path / "a.yaml").write_text(SCENARIO.format(phase="Succeeded").replace("outside", "a"))
    ended = github.run(ROOT, given, tmp_path, tmp_path / "temporary")
    assert ended.failed
    assert ended.outputs == {"verdict": verdict, "exit-code": "2", "report": ""}
    assert said in ended.said


def test_words_keep_what_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "two words.yaml").write_text(SCENARIO.format(phase="Nothing").replace("outside", "two-words"))
    ended = github.run(ROOT, {"scenarios": "'two words.yaml'"}, tmp_path, tmp_path / "temporary")
    assert re.search(r"two words\.yaml:\d+:\d+: .*Nothing", ended.said), ended.said


def test_a_quote_without_end_stops_everything(tmp_path: Path) -> None:
    ended = github.run(ROOT, {"args": "-k 'oom"}, tmp_path, tmp_path / "temporary")
    assert ended.failed
    assert "unmatched single quote" in ended.said


def test_the_report_of_an_earlier_run_is_not_taken_for_this_one(tmp_path: Path) -> None:
    (tmp_path / "reports" / "old").mkdir(parents=True)
    (tmp_path / "reports" / "latest").symlink_to("old")
    ended = github.run(ROOT, {"scenarios": "nowhere.yaml"}, tmp_path, tmp_path / "temporary")
    assert ended.outputs["report"] == ""


@pytest.fixture(scope="module")
def downloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as GitHub hands an action over: its files, without a repository around them."""
    folder = tmp_path_factory.mktemp("action")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.mark.real
@pytest.mark.nightly
@pytest.mark.parametrize(("phase", "verdict", "code"), [("Succeeded", "pass", "0"), ("Failed", "fail", "1")])
def test_another_repository_runs_its_own_scenario(
    downloaded: Path, tmp_path: Path, phase: str, verdict: str, code: str
) -> None:
    workspace = tmp_path / "repository"
    (workspace / "chaos").mkdir(parents=True)
    (workspace / "chaos" / "outside.yaml").write_text(SCENARIO.format(phase=phase))
    given = {"scenarios": "chaos/", "argo": "v3.7.15", "provider": "local", "args": "--nodes 1"}
    ended = github.run(downloaded, given, workspace, tmp_path / "temporary")
    assert (ended.failed, ended.outputs["verdict"], ended.outputs["exit-code"]) == (code != "0", verdict, code), (
        ended.said
    )
    report = Path(ended.outputs["report"])
    assert report.parent == workspace / "reports"
    assert {"results.json", "grid.html", "index.html", "junit.xml", "cells"} <= {path.name for path in report.iterdir()}
    assert "| outside |" in ended.summary
