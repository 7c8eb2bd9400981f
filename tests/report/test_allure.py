from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.column import Column
from harness.model.verdicts import Judgement, StuckCause, Verdict, Violation
from harness.report import allure, kinds, results
from harness.scenario.types import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

    Told = dict[tuple[str, str], dict[str, Any]]
    Replay = Callable[..., str]

BEGAN = 1_750_000_000_000
OLD = "v3.5.10"


@pytest.fixture(scope="module")
def made(
    shared_run: RunInfo, shared_cells: tuple[CellResult, ...], replay: Replay, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Allure results of a real pytest over every cell."""
    results.write(shared_run, shared_cells)
    here = tmp_path_factory.mktemp("allure") / "here"
    assert "3 passed, 1 skipped, 1 xfailed, 1 error" in replay(shared_run.folder, here, "--alluredir=made")
    return here / "made"


@pytest.fixture(scope="module")
def told(made: Path, shared_cells: tuple[CellResult, ...]) -> Told:
    """Results by scenario and release."""
    found = [json.loads(path.read_text()) for path in made.glob("*-result.json")]
    assert len(found) == len(shared_cells)
    return {(_label(result, "ALLURE_ID"), _label(result, "argo")): result for result in found}


def _labels(result: dict[str, Any], name: str) -> list[str]:
    return sorted(label["value"] for label in result["labels"] if label["name"] == name)


def _label(result: dict[str, Any], name: str) -> str:
    (value,) = _labels(result, name)
    return value


def _body(made: Path, step: dict[str, Any], name: str) -> bytes:
    (found,) = (a for a in step["attachments"] if a["name"] == name)
    return (made / str(found["source"])).read_bytes()


def test_a_result_says_who_it_is(told: Told) -> None:
    result = told["task-result-lost", OLD]
    assert result["name"] == "Title of task-result-lost"
    assert _labels(result, "fault") == ["drain", "kill-process"]
    assert _label(result, "epic") == "pod-loss"
    assert _label(result, "feature") == "kill-process"
    assert _label(result, "severity") == "critical"
    assert _label(result, "verdict") == "known-bug"
    assert _label(result, "kind") == "known bug"
    assert _label(result, "cause") == "task-result-incomplete"
    assert result["links"] == [
        {
            "type": "issue",
            "url": "https://github.com/argoproj/argo-workflows/issues/12993",
            "name": "argo-workflows#12993",
        }
    ]


def test_the_release_is_identity_and_the_namespace_is_not(told: Told) -> None:
    parameters = told["task-result-lost", OLD]["parameters"]
    assert {p["name"]: (p["value"], p.get("excluded", False)) for p in parameters} == {
        "argo": (OLD, False),
        "kubernetes": ("v1.33.13", True),
        "provider": ("local", True),
        "namespace": ("task-result-lost-1", True),
    }
    old, new = told["task-result-lost", OLD], told["task-result-lost", "v3.7.15"]
    assert old["historyId"] != new["historyId"]


def test_the_times_are_those_of_the_cell(told: Told) -> None:
    result = told["task-result-lost", OLD]
    assert (result["start"], result["stop"]) == (BEGAN - 1500, BEGAN + 20250)
    steps = {step["name"].split()[0]: (step["start"] - BEGAN, step["stop"] - BEGAN) for step in result["steps"]}
    assert steps == {"given": (-1500, 3215), "when": (3215, 4100), "then": (4100, 20250)}


def test_a_fault_is_a_step_with_proof_and_latency(told: Told) -> None:
    (when,) = (step for step in told["task-result-lost", OLD]["steps"] if step["name"] == "when lose-wait")
    (fault,) = when["steps"]
    assert fault["name"] == "kill-process (lose-wait): wait exited 137"
    assert (fault["start"], fault["stop"], fault["status"]) == (BEGAN + 3215, BEGAN + 4100, "passed")
    assert {p["name"]: p["value"] for p in fault["parameters"]} == {
        "triggered": "+3.215 s",
        "accepted": "+3.233 s",
        "landed": "+4.100 s",
        "latency": "18 ms",
        "proof": "wait exited 137",
    }


def test_failed_checks_are_failed_steps(told: Told) -> None:
    then = told["task-result-lost", OLD]["steps"][-1]
    assert then["status"] == "passed"
    assert [(step["name"], step["status"]) for step in then["steps"]] == [
        ("workflow.phase: expected Error, seen Running", "failed"),
        ("nodes[0].phase: Error", "passed"),
        ("invariant completion-agrees", "failed"),
    ]
    assert then["steps"][0]["statusDetails"]["message"].endswith("seen Running (task-result-lost.yaml:31)")
    assert then["steps"][2]["start"] == BEGAN + 3214


def test_the_settings_of_the_controller_are_shown(told: Told) -> None:
    given = told["task-result-lost", OLD]["steps"][0]
    assert given["name"] == "given Argo v3.5.10 on Kubernetes v1.33.13 (local, settings fast)"
    assert given["parameters"] == [{"name": "DEFAULT_REQUEUE_TIME", "value": "1s"}]


def test_the_evidence_is_attached(told: Told, made: Path) -> None:
    result = told["task-result-lost", OLD]
    given, _, then = result["steps"]
    assert _body(made, given, "workflow.yaml") == b"kind: Workflow\n"
    assert b"NOT  workflow.phase" in _body(made, then, "nodes, expected against seen")
    assert b"OOMKilled (exit code 137)" in _body(made, then, "nodes, expected against seen")
    difference = _body(made, then, "expected against seen").decode().splitlines()
    assert difference == ["--- expected", "+++ seen", "@@ workflow.phase (line 31) @@", "-Error", "+Running"]
    moment = _body(made, result, "around the decisive moment").decode().splitlines()
    assert "---- invariant completion-agrees is broken: phase Error, but not completed | at all" in moment
    assert b"kill-process landed" in _body(made, result, "timeline")
    assert _body(made, result, "timeline picture").startswith(b"<svg ")
    log = _body(made, result, "controller log").decode().splitlines()
    assert log[:2] == ["(the last 200 of 500 lines; the whole is controller.log in the folder of the cell)", "line 301"]
    assert log[-1] == "line 500"
    assert _body(made, result, "log of w-main-1.wait") == b"waiting\nkilled\n"
    assert gzip.decompress(_body(made, result, "history.jsonl.gz")).startswith(b'{"format":"argo-shakedown-history"')
    assert json.loads(_body(made, result, "verdict.json"))["cause"] == "task-result-incomplete"
    assert "log of w-main-1.main" not in [a["name"] for a in result["attachments"]]


def test_earlier_attempts_are_shown(told: Told) -> None:
    first = told["drain", "v3.7.15"]["steps"][0]
    assert (first["name"], first["status"]) == ("earlier attempt 1: inconclusive", "failed")


def test_how_to_run_the_cell_again_is_said(told: Told) -> None:
    description = told["task-result-lost", OLD]["description"]
    assert "`shakedown run scenarios/seeds/task-result-lost.yaml --argo v3.5.10`" in description


def test_statuses_are_those_of_pytest(told: Told) -> None:
    assert {_label(result, "verdict"): result["status"] for result in told.values()} == {
        "pass": "passed",
        "known-bug": "skipped",
        "skipped": "skipped",
        "fixed": "failed",
        "fail": "failed",
        "inconclusive": "failed",
        "infra": "broken",
    }


def test_the_reason_is_told_without_the_frames_of_pytest(told: Told) -> None:
    assert told["force-delete", "v3.7.15"]["statusDetails"] == {"message": "infra: the API server died"}
    known = told["task-result-lost", OLD]["statusDetails"]
    assert known["message"].startswith("known-bug argo-workflows#12993: stuck: task-result-incomplete")
    assert "NOT  workflow.phase" in known["trace"]
    assert "statusDetails" not in told["oom-main", OLD]


def test_nothing_is_read_where_no_results_are_asked_for(
    run: RunInfo, cells: tuple[CellResult, ...], replay: Replay, tmp_path: Path
) -> None:
    results.write(run, cells)
    done = replay(run.folder, tmp_path / "here")
    assert "3 passed" in done
    assert not list((tmp_path / "here").rglob("*.json"))


def test_a_truncated_history_is_said_in_the_report(
    run: RunInfo, cells: tuple[CellResult, ...], replay: Replay, tmp_path: Path
) -> None:
    path = next(cell.artefacts.history for cell in cells if cell.artefacts)
    assert path is not None
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:8]))
    results.write(run, cells)
    replay(run.folder, tmp_path / "here", "--alluredir=made", "-k", "task-result-lost")
    made = tmp_path / "here" / "made"
    found = [json.loads(file.read_text()) for file in made.glob("*-result.json")]
    (result,) = (result for result in found if _label(result, "argo") == OLD)
    assert b"truncated" in _body(made, result, "history unreadable")
    assert b"w-main-1 Pending" in _body(made, result, "timeline")


def _scenario(**changes: Any) -> Scenario:
    base: dict[str, Any] = {
        "name": "plain",
        "title": "Plain",
        "workflow": {},
        "expect": {"workflow": {"phase": "Succeeded"}},
    }
    return Scenario.model_validate({**base, **changes})


def test_a_scenario_without_faults_and_tags_has_a_place() -> None:
    found = {marker.kwargs["label_type"]: marker.args for marker in allure.markers(_scenario(), Column("v3.7.15"))}
    assert found == {
        "ALLURE_ID": ("plain",),
        "argo": ("v3.7.15",),
        "fault": ("no fault",),
        "epic": ("general",),
        "feature": ("no fault",),
        "severity": ("normal",),
    }


def test_an_unreported_bug_makes_no_link() -> None:
    found = allure.markers(_scenario(links=["unreported"]), Column("v3.7.15"))
    assert "allure_link" not in [marker.name for marker in found]


@pytest.mark.parametrize(
    ("judgement", "kind"),
    [
        (Judgement(verdict=Verdict.PASS, reason=""), None),
        (Judgement(verdict=Verdict.FAIL, reason=""), kinds.Kind.WRONG),
        (Judgement(verdict=Verdict.FAIL, reason="", cause=StuckCause.UNKNOWN), kinds.Kind.STUCK),
        (
            Judgement(verdict=Verdict.FAIL, reason="", violations=(Violation(invariant="i", message="m", seq=1),)),
            kinds.Kind.INVARIANT,
        ),
    ],
)
def test_failures_have_a_kind(judgement: Judgement, kind: kinds.Kind | None) -> None:
    assert kinds.kind_of(judgement) is kind
