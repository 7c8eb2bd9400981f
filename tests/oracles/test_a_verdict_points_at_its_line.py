"""Checks and waived violations carry the line of the scenario file that they are about, from the history alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from harness.history.errors import BadHistory
from harness.history.format import decode_header, encode_header
from harness.model.header import ScenarioRecord
from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from harness.run.headers import JUDGED, shown
from harness.scenario.load import load
from tests.oracles.build import Tape, header, node

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.header import Header

TEXT = """\
name: pointing
title: What is expected stands on lines
workflow: {apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {entrypoint: main, templates: [{name: main}]}}
expect:
  within: 60s
  workflow:
    phase: Succeeded
    message: "*fine*"
  nodes:
    - {template: main, phase: Succeeded, count: 1}
    - template: main
      phase: Failed
      count: 3
  timing:
    - from: {workflow: submitted}
      to: {workflow: final}
      at-most: 1s
known-bugs:
  - argo: "==3.6.0"
    link: unreported
    expect:
      workflow: {phase: Error}
      violations:
        - controller-does-not-panic
waive:
  - argo: ">=3.7"
    invariant: controller-does-not-panic
    reason: it panics
"""
PANIC = 'level=error msg="recovered from panic" r="index out of range"'


@pytest.fixture
def head(tmp_path: Path) -> Header:
    path = tmp_path / "pointing.yaml"
    path.write_text(TEXT, encoding="utf-8")
    loaded = load(path)
    spec = loaded.scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    lines = loaded.marks.lines(*JUDGED)
    record = ScenarioRecord(name="pointing", sha256="", spec=spec, file=shown(path), lines=lines)
    return replace(header(), scenario=record)


def tape() -> Tape:
    done = Tape().workflow("Running", node("main", "Running", started=0))
    return done.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1)).controller_log(PANIC).end()


def lines(head: Header, argo: str) -> dict[str, int]:
    judgement = judge(replace(head, argo=argo), tape().entries)
    return {check.name: check.line for check in judgement.checks}


def test_every_line_of_an_expectation(head: Header) -> None:
    assert lines(head, "v3.7.15") == {
        "workflow.phase": 7,
        "workflow.message": 8,
        "nodes[template main].count": 13,
        "nodes[template main].phase": 12,
        "timing[workflow submitted -> workflow final]": 15,
        "within": 5,
    }


def test_every_line_of_a_known_bug(head: Header) -> None:
    known = {"workflow.phase": 22, "violations[controller-does-not-panic]": 24, "within": 5}
    assert lines(head, "v3.6.0") == known


def test_the_waiver_of_a_violation(head: Header) -> None:
    for argo, line in (("v3.7.15", 26), ("v3.5.10", 0)):
        judgement = judge(replace(head, argo=argo), tape().entries)
        assert [violation.line for violation in judgement.violations] == [line]


def test_what_has_not_come_to_a_verdict_points_as_well(head: Header) -> None:
    judgement = judge(head, tape().entries[:-1])
    assert judgement.verdict is Verdict.INFRA
    assert all(check.line for check in judgement.checks)


def test_they_survive_the_file_and_need_no_file_of_the_scenario(head: Header) -> None:
    read_back = decode_header(encode_header(head))
    assert read_back == head
    assert read_back.scenario.file == "pointing.yaml"
    assert lines(read_back, "v3.7.15") == lines(head, "v3.7.15")


def test_an_older_history_has_none(head: Header) -> None:
    written = encode_header(replace(head, scenario=replace(head.scenario, file="", lines={})))
    older = decode_header(written.replace(',"file":"","lines":{}', ""))
    assert '"lines"' not in written.replace(',"file":"","lines":{}', "")
    assert set(lines(older, "v3.7.15").values()) == {0}


@pytest.mark.parametrize("wrong", ['"7"', "0", "-1", "true", "null"])
def test_a_line_that_is_none_is_refused(head: Header, wrong: str) -> None:
    broken = encode_header(head).replace('"expect":4', f'"expect":{wrong}')
    with pytest.raises(BadHistory, match=r":1: .*lines.*whole number above 0"):
        decode_header(broken, "history.jsonl")


def test_a_file_beside_the_folder_is_named_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scenarios" / "seeds" / "one.yaml"
    monkeypatch.chdir(tmp_path)
    assert shown(path) == "scenarios/seeds/one.yaml"
    path.parent.mkdir(parents=True)
    monkeypatch.chdir(path.parent)
    assert shown(tmp_path / "two.yaml") == "two.yaml"
