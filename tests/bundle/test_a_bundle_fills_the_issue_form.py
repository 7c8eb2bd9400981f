"""`issue.md` can be pasted into Argo's form as it is: its headings, measured versions, and never more than fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from harness.model.cells import Artefacts
from harness.model.repetition import Conclusion, Interval, Repetition
from harness.model.verdicts import Judgement, Verdict
from harness.report.bundle import documents
from harness.report.bundle.issue import MOST
from tests.bundle.recorded import bundled, cell, run_of

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

FORM = (
    "Pre-requisites",
    "What happened? What did you expect to happen?",
    "Version(s)",
    "Paste a minimal workflow that reproduces the issue. We must be able to run the workflow; don't enter a workflow "
    "that uses private images.",
    "Logs from the workflow controller",
    "Logs from in your workflow's wait container",
)
"""As issues of argo-workflows have them that were opened with the regression or the bug form in 2026."""
SCENARIO, OLD, NEW = "task-result-lost", "v3.5.10", "v3.7.15"


@pytest.fixture
def run(tmp_path: Path) -> RunInfo:
    return run_of(tmp_path)


def sections(members: dict[str, bytes]) -> dict[str, str]:
    """Answer by heading; what stands in a block of code is no heading."""
    text = members["issue.md"].decode()
    found, fence, name = {"": ""}, "", ""
    for line in text.splitlines():
        ticks = re.match("`{3,}", line)
        if ticks and (not fence or line == fence):
            fence = "" if fence else ticks[0]
        elif line.startswith("### ") and not fence:
            name = line.removeprefix("### ")
            found[name] = ""
            continue
        found[name] += f"{line}\n"
    assert fence == ""
    return found


def lost(run: RunInfo, **changes: Any) -> CellResult:
    return cell(run, SCENARIO, OLD, logs={"task-result-lost.wait.log": "wait said this\n"}, **changes)


def test_its_headings_are_those_of_the_form(run: RunInfo, tmp_path: Path) -> None:
    answers = sections(bundled(run, lost(run), to=tmp_path / "b.zip"))
    assert tuple(answers)[1:] == FORM
    assert all(answer.strip() for answer in answers.values())


def test_versions_are_measured_over_the_whole_run(run: RunInfo, tmp_path: Path) -> None:
    flaky = Repetition(
        asked="5", conclusion=Conclusion.FLAKY, n=5, passes=2, broken=3, inconclusive=1,
        share=Interval(low=0.1, high=0.8), rate=Interval(low=0.2, high=0.9),
    )  # fmt: skip
    healthy, drain = cell(run, SCENARIO, NEW), cell(run, "drain", NEW)
    answer = sections(bundled(run, lost(run, repetition=flaky), healthy, drain, to=tmp_path / "b.zip"))[FORM[2]]
    assert answer.splitlines()[1] == OLD
    assert "| v3.5.10 | 3 of 5, 1 more inconclusive | known-bug |" in answer
    assert "| v3.7.15 | 0 of 1 | pass |" in answer
    assert "| Kubernetes | v1.33.13" in answer
    assert "| container runtime | containerd://1.6.20 |" in answer
    assert "drain" not in answer


@pytest.mark.parametrize(
    ("verdicts", "form", "versions"),
    [
        ((Verdict.PASS, Verdict.FAIL), "regression", "v3.7.15 (last good: v3.5.10)"),
        ((Verdict.FAIL, Verdict.PASS), "bug_report", "v3.5.10"),
        ((Verdict.FAIL, Verdict.FAIL), "bug_report", "v3.5.10, v3.7.15"),
        ((Verdict.INCONCLUSIVE, Verdict.FAIL), "bug_report", "v3.7.15"),
        ((Verdict.INFRA, Verdict.PASS), "bug_report", "none measured (v3.7.15)"),
    ],
)
def test_a_regression_has_a_release_before_it_that_was_good(
    run: RunInfo, tmp_path: Path, verdicts: tuple[Verdict, Verdict], form: str, versions: str
) -> None:
    judged = [Judgement(verdict=verdict, reason="so it was") for verdict in verdicts]
    old, new = cell(run, SCENARIO, OLD, judgement=judged[0]), cell(run, SCENARIO, NEW, judgement=judged[1])
    answers = sections(bundled(run, new, old, to=tmp_path / "b.zip"))
    assert f"template={form}.yaml" in answers[""]
    assert answers[FORM[2]].splitlines()[1] == versions


def test_it_says_whether_the_newest_release_has_it(run: RunInfo, tmp_path: Path) -> None:
    answer = sections(bundled(run, lost(run), cell(run, SCENARIO, NEW), to=tmp_path / "b.zip"))[FORM[1]]
    assert "`:latest` was not tested" in answer
    assert "the newest of them is v3.7.15. Not seen on v3.7.15." in answer
    assert "stuck: task-result-incomplete" in answer
    assert "exit 137 after SIGKILL" in answer


def test_logs_are_there_and_a_pod_without_one_is_named(run: RunInfo, tmp_path: Path) -> None:
    one = lost(run, controller="the controller said this\n")
    assert one.artefacts
    (one.artefacts.folder / "logs" / "missing.txt").write_text(
        "gone-1.wait: the pod was deleted\ngone-1.main: it too\n"
    )
    members = bundled(run, one, to=tmp_path / "b.zip")
    answers = sections(members)
    assert "the controller said this" in answers[FORM[4]]
    assert "# pod task-result-lost\nwait said this" in answers[FORM[5]]
    assert "# pod gone-1: no log: the pod was deleted" in answers[FORM[5]]
    logs = members["logs.md"].decode()
    assert "| gone-1.main | **missing**: it too |" in logs
    assert "| task-result-lost.main | **missing**: not kept by the run |" in logs


def test_a_run_that_kept_no_logs_says_so_of_every_pod(run: RunInfo, tmp_path: Path) -> None:
    one = cell(run, "force-delete", OLD)
    assert one.artefacts
    bare = Artefacts(folder=one.artefacts.folder, history=one.artefacts.history)
    members = bundled(run, cell(run, "drain", OLD), to=tmp_path / "d.zip")
    assert b"no log: its pod was deleted" in members["issue.md"]
    answers = sections(bundled(run, changed(one, artefacts=bare), to=tmp_path / "b.zip"))
    assert "there is none" in answers[FORM[4]]
    assert "no log: its pod was deleted, and the log with it" in answers[FORM[5]]


def changed(one: CellResult, **changes: Any) -> CellResult:
    fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return type(one)(**{**fields, **changes})


def test_it_fits_whatever_was_said(run: RunInfo, tmp_path: Path) -> None:
    huge = "".join(f"line {number} ```` of a log that never ends | <b>\n" for number in range(5_000))
    long = Judgement(verdict=Verdict.FAIL, reason="because " * 5_000)
    logs = {f"pod-{number}.wait.log": huge[:200_000] for number in range(3)}
    one = cell(run, SCENARIO, OLD, logs=logs, controller=huge, judgement=long, title="t" * 2_000)
    members = bundled(run, one, to=tmp_path / "b.zip")
    answers = sections(members)
    assert len(members["issue.md"].decode()) < MOST
    assert tuple(answers)[1:] == FORM
    assert "characters are left out here; all of it is in controller.log" in answers[FORM[4]]
    assert "line 4999 " in answers[FORM[4]]
    assert members["controller.log"].decode() == huge


def test_the_workflow_is_one_that_kubectl_takes(run: RunInfo, tmp_path: Path) -> None:
    members = bundled(run, lost(run), to=tmp_path / "b.zip")
    body = yaml.safe_load(members["workflow.yaml"])
    assert set(body["metadata"]) == {"generateName"}
    assert members["workflow.yaml"].decode().strip() in sections(members)[FORM[3]]


def test_what_the_workflow_needs_comes_first(run: RunInfo, tmp_path: Path) -> None:
    def add(raw: dict[str, Any]) -> None:
        needed = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "locks"}, "data": {"one": "1"}}
        raw["scenario"]["spec"]["objects"] = [needed]

    members = bundled(run, lost(run, header=add), to=tmp_path / "b.zip")
    assert [body["kind"] for body in yaml.safe_load_all(members["workflow.yaml"])] == ["ConfigMap", "Workflow"]


def test_images_that_not_everybody_can_pull_are_named(run: RunInfo, tmp_path: Path) -> None:
    def use(raw: dict[str, Any]) -> None:
        template = raw["scenario"]["spec"]["workflow"]["spec"]["templates"][0]
        template["container"]["image"] = "registry.corp.example/team/tool:1"

    assert (
        "registry.corp.example/team/tool:1" in sections(bundled(run, lost(run, header=use), to=tmp_path / "b.zip"))[""]
    )
    assert documents.private_images({"a": [{"image": "alpine:3.18"}, {"image": "quay.io/argoproj/argosay:v2"}]}) == ()
    assert documents.private_images({"image": "localhost:5000/x"}) == ("localhost:5000/x",)
