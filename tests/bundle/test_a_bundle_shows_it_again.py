"""A bundle is the same whenever it is made, and what is in it can be run and judged again."""

from __future__ import annotations

import json
import re
import shlex
import time
from email.message import Message
from typing import TYPE_CHECKING

import pytest

from harness.history.errors import BadHistory
from harness.history.reader import read
from harness.model.errors import MachineUnfit, UsageError
from harness.model.verdicts import Judgement, Verdict
from harness.mutation.corpus import CORPUS
from harness.oracles.judge import judge
from harness.report import bundle
from harness.report.redaction import Redactor
from harness.scenario.lint import check
from harness.scenario.lint.context import Context
from harness.scenario.load import load
from tests.bundle.recorded import bundled, cell, history, run_of, stored
from tests.redaction.secrets import MACHINE

if TYPE_CHECKING:
    from pathlib import Path

ALL = sorted({tuple(path.name.removesuffix("-1.jsonl.gz").rsplit("-", 1)) for path in CORPUS.glob("*-1.jsonl.gz")})


@pytest.mark.parametrize(("scenario", "argo"), ALL)
def test_the_history_in_it_is_judged_as_the_one_it_was_made_from(tmp_path: Path, scenario: str, argo: str) -> None:
    run = run_of(tmp_path)
    one = cell(run, scenario, argo)
    members = bundled(run, one, to=tmp_path / "b.zip")
    recording = read(history(members, tmp_path))
    again = judge(recording.header, recording.entries())
    assert again.as_json() == Redactor(MACHINE).tree(one.judgement.as_json())
    assert json.loads(members["verdict.json"]) == again.as_json()


def test_the_bytes_depend_on_nothing_but_the_run(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    one = cell(run, "task-result-lost", "v3.5.10", logs={"b.wait.log": "b\n", "a.wait.log": "a\n"})
    paths = [tmp_path / "one" / "b.zip", tmp_path / "two" / "b.zip"]
    bundled(run, one, to=paths[0])
    time.sleep(1.1)  # zip has seconds, gzip too
    bundled(run, one, to=paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_scenario_in_it_is_the_one_that_ran(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    one = cell(run, "node-power-off", "v3.5.10")
    members = bundled(run, one, to=tmp_path / "b.zip")
    path = tmp_path / "node-power-off.yaml"
    path.write_bytes(members["scenario.yaml"])
    again = load(path).scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    assert one.artefacts
    assert one.artefacts.history
    assert again == read(one.artefacts.history).header.scenario.spec
    assert not check([path], Context(provider="local")).errors


def test_one_command_shows_it_again_and_the_lines_before_make_its_file(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    members = bundled(run, cell(run, "oom-wait", "v3.5.10"), to=tmp_path / "b.zip")
    setup, command, *_ = re.findall(r"```sh\n(.*?)\n```", members["repro.md"].decode(), re.S)
    words = shlex.split(command)
    assert words[:2] == [".venv/bin/shakedown", "run"]
    assert words[3:] == ["--argo", "v3.5.10"]
    assert f"cp repro/scenario.yaml {words[2]}" in setup
    assert "make setup ARGO=v3.5.10" in setup
    assert words[2].endswith("/oom-wait.yaml")
    assert command in members["issue.md"].decode()


def test_faults_have_their_moments_and_proofs(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    one = cell(run, "node-power-off", "v3.7.15")
    page = bundled(run, one, to=tmp_path / "b.zip")["faults.md"].decode()
    for landing in one.judgement.landings:
        assert f"## {landing.step + 1}. {landing.name}: {landing.verb}" in page
        assert landing.proof in page
        assert landing.latency is not None
        assert f"{landing.latency * 1000:.1f} ms" in page
    assert "node-1 was switched off" in page or "node-2 was switched off" in page


def test_versions_are_exact(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    versions = json.loads(bundled(run, cell(run, "oom-main", "v3.7.15"), to=tmp_path / "b.zip")["versions.json"])
    assert versions["argo"] == "v3.7.15"
    assert re.fullmatch("[0-9a-f]{64}", versions["builds"]["argo"])
    assert versions["kubernetes"].startswith("v1.")
    assert versions["cgroup"] in ("v1", "v2")
    assert versions["harness"].startswith("argo-shakedown ")
    assert all(node["containerRuntimeVersion"] for node in versions["nodes"].values())
    assert any(digest.startswith("sha256:") for digest in versions["images"].values())


def test_the_timeline_is_there_as_text_and_as_a_picture(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    members = bundled(run, cell(run, "task-result-lost", "v3.5.10"), to=tmp_path / "b.zip")
    assert b"kill-process landed" in members["status-timeline.txt"]
    assert members["timeline.svg"].startswith(b"<svg ")


def test_names_in_it_can_be_unpacked_on_every_system(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    one = cell(run, "oom-main", "v3.7.15", logs={"a:b?.wait.log": "x\n"})
    names = list(bundled(run, one, to=tmp_path / "b.zip"))
    assert "wait-a_b_.log" in names
    assert all(re.fullmatch(r"[\w.~-]+", name) for name in names)


def test_each_cell_that_went_wrong_has_a_bundle_beside_the_report(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    judged = Judgement(verdict=Verdict.FAIL, reason="wrong")
    cells = (
        cell(run, "task-result-lost", "v3.5.10"),
        cell(run, "task-result-lost", "v3.7.15"),
        cell(run, "drain", "v3.5.10", judgement=judged),
    )
    again = stored(run, *cells)
    assert bundle.make_telling(again.run, again.cells) == ()
    made = sorted(path.name for path in (run.folder / "bundles").iterdir())
    assert made == ["drain-v3.5.10.zip", "task-result-lost-v3.5.10.zip"]


def test_a_bundle_that_cannot_be_made_is_a_line_and_no_end(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    broken, whole = cell(run, "task-result-lost", "v3.5.10"), cell(run, "oom-wait", "v3.5.10")
    assert broken.artefacts
    assert broken.artefacts.history
    broken.artefacts.history.write_text("garbage\n")
    (line,) = bundle.make_telling(run, (broken, whole))
    assert line.startswith("no bundle of task-result-lost on v3.5.10: ")
    assert (run.folder / "bundles" / "oom-wait-v3.5.10.zip").is_file()


def test_a_cell_without_a_history_or_with_a_broken_one_has_no_bundle(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    one = cell(run, "oom-main", "v3.7.15")
    assert one.artefacts
    assert one.artefacts.history
    one.artefacts.history.unlink()
    with pytest.raises(BadHistory, match="cannot be read"):
        bundled(run, one, to=tmp_path / "b.zip")
    with pytest.raises(UsageError, match="has no history"):
        bundled(run, cell(run, "drain", "v3.7.15", artefacts=None), to=tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_full_disk_leaves_nothing_half_made(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    one = cell(run, "oom-main", "v3.7.15")
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineUnfit, match="cannot be written"):
        bundled(run, one, to=tmp_path / "file" / "b.zip")


@pytest.mark.parametrize("named", [True, False])
def test_where_to_get_the_harness_is_said_or_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    metadata = Message()
    if named:
        metadata["Project-URL"] = "Repository, https://example.org/argo-shakedown"
    monkeypatch.setattr("importlib.metadata.metadata", lambda _: metadata)
    run = run_of(tmp_path)
    page = bundled(run, cell(run, "task-result-lost", "v3.5.10"), to=tmp_path / "b.zip")["repro.md"].decode()
    assert "$ARGO_SHAKEDOWN" not in page
    assert f"git clone {'https://example.org/argo-shakedown' if named else 'ADDRESS'} argo-shakedown" in page
    assert ("`ADDRESS` stands for the repository of Argo Shakedown" in page) != named
