"""`shakedown bundle`: what is written, and every mistake in one line with its cure."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from harness.cli.runs import folder_of
from harness.model.column import Column
from harness.model.errors import UsageError
from harness.report import results
from harness.report.plan import Plan
from tests.bundle.recorded import cell, run_of, unpacked
from tests.cli.test_a_bad_day_is_one_line import needs_root, shakedown

HERE = "v3.5.10"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run with one cell that has a history, one that has none, and one that has not run."""
    info = run_of(tmp_path)
    cells = (cell(info, "task-result-lost", HERE), cell(info, "drain", HERE, artefacts=None))
    planned = (("oom-main", Column(HERE)), ("task-result-lost", Column("v3.6.0")))
    plan = Plan(cells=planned, unavailable={"v3.6.0": "it does not build"})
    results.write(info, cells, plan)
    return info.folder


def test_a_bundle_is_written_and_told(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    told = shakedown("bundle", str(run), "task-result-lost", "3.5.10", "--output", str(path))
    assert (told.code, told.err) == (0, "")
    members = unpacked(path)
    assert told.out.startswith(f"{path}: {len(members)} files, ")
    assert "issue.md" in members
    assert str(tmp_path).encode() not in b"".join(members.values())


def test_machines_are_told_in_json(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    told = json.loads(shakedown("bundle", str(run), "task-result-lost", HERE, "-o", str(path), "--json").out)
    assert told["files"] == list(unpacked(path))
    assert (told["bundle"], told["bytes"]) == (str(path), path.stat().st_size)
    assert (told["scenario"], told["argo"], told["verdict"]) == ("task-result-lost", HERE, "known-bug")


def test_what_exists_is_replaced_only_on_demand(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_text("mine")
    arguments = ("bundle", str(run), "task-result-lost", HERE, "-o", str(path))
    told = shakedown(*arguments)
    assert (told.code, path.read_text()) == (2, "mine")
    assert told.line == f"shakedown: {path} exists; say --force to replace it, or another --output"
    assert shakedown(*arguments, "--force").code == 0
    assert "issue.md" in unpacked(path)


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("nowhere", "x", HERE), 2, "nowhere is no folder of a run: it has no results.json; "),
        (
            ("RUN", "task-reslt-lost", HERE),
            2,
            "no scenario 'task-reslt-lost' in this run, did you mean 'task-result-lost'?",
        ),
        (("RUN", "result", HERE), 2, "no scenario 'result' in this run, did you mean 'task-result-lost'?"),
        (("RUN", "task-result-lost", "v3.5.11"), 2, "task-result-lost was not run on v3.5.11, did you mean 'v3.5.10'?"),
        (
            ("RUN", "task-result-lost", "nonsense"),
            2,
            "task-result-lost was not run on vnonsense; it was run on v3.5.10",
        ),
        (("RUN", "task-result-lost", "v3.6.0"), 2, "v3.6.0 could not be had: it does not build; "),
        (("RUN", "oom-main", HERE), 2, "oom-main on v3.5.10 did not come to its end in this run; "),
        (("RUN", "drain", HERE), 2, "drain on v3.5.10 has no history ("),
        (("RUN", "task-result-lost", HERE, "-o", "TMP"), 2, "TMP is a folder; say --output TMP/NAME.zip"),
        (("RUN", "task-result-lost", HERE, "-o", "TMP/a:b.zip"), 2, "'a:b.zip' is no file name on every system; "),
        (("RUN", "task-result-lost", HERE, "-o", "TMP/con.zip"), 2, "'con.zip' is no file name on every system; "),
        (("RUN", "task-result-lost", HERE, "-o", "TMP/no/x.zip"), 2, "there is no folder TMP/no; "),
        (("RUN", "task-result-lost", HERE, "-o", "/proc/x.zip"), 4, "/proc/x.zip cannot be written: "),
    ],
    ids=lambda value: None,
)
def test_a_mistake_is_one_line(run: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, line: str) -> None:
    given = [word.replace("RUN", str(run)).replace("TMP", str(tmp_path)) for word in arguments]
    told = shakedown("bundle", *given)
    assert told.code == code
    assert told.line.startswith(f"shakedown: {line.replace('TMP', str(tmp_path))}")


@pytest.mark.parametrize("content", ["", "garbage\n", '{"format":"argo-shakedown-history","version":9}\n', "\x00\xff"])
def test_a_history_that_is_none_is_one_line(run: Path, tmp_path: Path, content: str) -> None:
    history = run / "cells" / "task-result-lost" / HERE / "history.jsonl"
    history.write_bytes(content.encode("latin-1"))
    told = shakedown("bundle", str(run), "task-result-lost", HERE, "-o", str(tmp_path / "x.zip"))
    assert told.code == 4
    assert told.line.startswith(f"shakedown: {history}:")
    assert not (tmp_path / "x.zip").exists()


@needs_root
def test_a_full_disk_is_one_line(run: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    mounted = f"mount -t tmpfs -o size=8k none {full}"
    told = shakedown("bundle", str(run), "task-result-lost", HERE, "-o", str(full / "x.zip"), before=mounted)
    assert told.code == 4
    assert (
        told.line == f"shakedown: {full / 'x.zip'} does not fit on its disk; free some space, or say another --output"
    )
    assert os.listdir(full) == []  # noqa: PTH208  # of the folder below the mount


def test_help_has_examples() -> None:
    told = shakedown("bundle", "--help")
    assert "shakedown bundle latest task-result-lost v3.5.10" in told.out


def test_a_run_that_is_misspelt_is_guessed(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.parents[1])
    (run.parent / "latest").symlink_to(run.name)
    with pytest.raises(UsageError, match=r"^lastest is no folder.*, did you mean 'latest'\?; runs in reports"):
        folder_of(Path("lastest"))
