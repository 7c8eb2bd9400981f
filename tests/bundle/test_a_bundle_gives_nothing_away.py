"""A secret of every kind in every place of a run: none is in any file of the bundle, and the verdict is the same."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from harness.history.reader import read
from harness.mutation.corpus import CORPUS
from harness.oracles.judge import judge
from harness.report.redaction import Redactor
from tests.bundle.recorded import bundled, cell, history, run_of
from tests.redaction.secrets import LOGGED, MACHINE

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.cells import CellResult

SPOKEN = "a-password-that-main-says"
LINES = tuple(line for line, _ in LOGGED)
NEEDLES = (*(needle for _, needle in LOGGED), SPOKEN)
PLANTED = " | ".join(line.replace("\n", " ") for line in LINES)
LOG = "".join(f"2026-01-01T00:00:00Z {line}\n" for line in (*LINES, f"I was given {SPOKEN}"))


def plant_in_spec(raw: dict[str, Any]) -> None:
    workflow = raw["scenario"]["spec"]["workflow"]
    workflow["metadata"]["annotations"] = {"example.com/note": PLANTED, "example.com/api-token": SPOKEN}
    container = workflow["spec"]["templates"][0]["container"]
    container["env"] = [{"name": f"X{n}", "value": line} for n, line in enumerate(LINES)]
    container["env"].append({"name": "DB_PASSWORD", "value": SPOKEN})
    # a path that the workflow itself uses in every container is its own, and has to stay
    container["args"] = [f"sleep 6; : {' | '.join(line for line in LINES if not line.startswith(('/tmp', '/root')))}"]
    raw["settings"]["env"]["SSO_TOKEN"] = SPOKEN
    raw["settings"]["args"] = [f"--note={PLANTED}"]


def plant_in_entry(raw: dict[str, Any]) -> None:
    if raw["kind"] == "watch":
        plant_in_object(raw["object"], raw["resource"])
    for key in ("detail", "output", "text"):
        if isinstance(raw.get(key), str):
            raw[key] += f" {PLANTED}"


def plant_in_object(found: dict[str, Any], resource: str) -> None:
    found["metadata"].setdefault("annotations", {})["example.com/note"] = PLANTED
    found["metadata"].setdefault("labels", {})["example.com/host"] = "build-host-17"
    status = found.setdefault("status", {})
    if resource == "pod":
        status["message"] = PLANTED
        for container in found["spec"]["containers"]:
            container.setdefault("env", []).append({"name": "DB_PASSWORD", "value": SPOKEN})
    if resource == "workflow":
        status["message"] = f"{status.get('message', '')} {PLANTED}"
        for node in (status.get("nodes") or {}).values():
            node["message"] = f"{node.get('message', '')} {PLANTED}"
    if resource == "event":
        found["message"] = f"{found.get('message', '')} {PLANTED}"
    if resource == "node":
        status.get("nodeInfo", {})["machineID"] = "3d1219c7c4c5404aaa1f6d2a48adfda4"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[CellResult, dict[str, bytes], Path]:
    folder = tmp_path_factory.mktemp("planted")
    run = run_of(folder)
    logs = {"task-result-lost.wait.log": LOG, "task-result-lost.main.log": LOG}
    one = cell(
        run, "task-result-lost", "v3.5.10",
        header=plant_in_spec, entry=plant_in_entry, logs=logs, controller=LOG, title=f"A title {PLANTED[:3000]}",
    )  # fmt: skip
    return one, bundled(run, one, to=folder / "bundle.zip"), folder


def test_every_place_was_planted(planted: tuple[CellResult, dict[str, bytes], Path]) -> None:
    assert planted[0].artefacts
    assert planted[0].artefacts.history
    text = planted[0].artefacts.history.read_text()
    assert all(json.dumps(needle)[1:-1] in text for needle in NEEDLES if "\n" not in needle)


@pytest.mark.parametrize("needle", NEEDLES)
def test_no_file_has_it(planted: tuple[CellResult, dict[str, bytes], Path], needle: str) -> None:
    _, members, folder = planted
    forms = {needle.encode(), json.dumps(needle)[1:-1].encode()}
    files = {**members, "history": gzip.decompress(members["history.jsonl.gz"]), "names": "\n".join(members).encode()}
    files["zip"] = (folder / "bundle.zip").read_bytes()
    assert not [name for name, content in files.items() if any(form in content for form in forms)]


def test_the_machine_has_no_identity_in_it(planted: tuple[CellResult, dict[str, bytes], Path]) -> None:
    assert b"3d1219c7c4c5404aaa1f6d2a48adfda4" not in gzip.decompress(planted[1]["history.jsonl.gz"])


def test_the_redacted_history_is_judged_the_same(planted: tuple[CellResult, dict[str, bytes], Path]) -> None:
    one, members, folder = planted
    recording = read(history(members, folder))
    judged = judge(recording.header, recording.entries())
    assert one.judgement.verdict == "known-bug"
    assert (judged.verdict, judged.cause) == (one.judgement.verdict, one.judgement.cause)
    assert [check.holds for check in judged.checks] == [check.holds for check in one.judgement.checks]
    assert [landing.landed for landing in judged.landings] == [landing.landed for landing in one.judgement.landings]


def test_what_is_left_can_still_be_read_by_programs(planted: tuple[CellResult, dict[str, bytes], Path]) -> None:
    _, members, _ = planted
    assert yaml.safe_load(members["workflow.yaml"])["kind"] == "Workflow"
    assert yaml.safe_load(members["scenario.yaml"])["name"] == "task-result-lost"
    assert json.loads(members["versions.json"])["argo"] == "v3.5.10"
    assert json.loads(members["verdict.json"])["verdict"] == "known-bug"


SAMPLES = sorted(CORPUS.glob("*-1.jsonl.gz"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_history_without_secrets_is_left_as_it_is(path: Path) -> None:
    """Pod names, uids, versions and digests are what the evidence is about."""
    recording = read(path)
    spec = recording.header.scenario.spec
    lines = [line for _, line in recording.raw_entries()]
    redactor = Redactor.knowing(MACHINE, [spec, *lines], spec.get("workflow"))
    assert redactor.tree(spec) == spec
    for line in lines:
        if line.get("resource") != "node":
            assert redactor.tree(line) == line
