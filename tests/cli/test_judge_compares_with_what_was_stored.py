"""`shakedown judge`: the same verdict, byte for byte, as when it was recorded; in as many processes as there are."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from harness.cli.judge import Tally
from harness.cli.main import main
from harness.cli.run import exit_code
from harness.model.verdicts import Judgement, Verdict
from harness.run import rejudging
from harness.run.rejudging import Rejudged, Standing
from tests.plugin.recorded import CORPUS

GOOD, BAD = "task-result-lost-v3.7.15-1", "oom-main-v3.5.10-1"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["judge", *arguments])
    return stopped.value.code, capsys.readouterr().out


def cell(folder: Path, name: str = GOOD) -> Path:
    """A folder as a run leaves it."""
    folder.mkdir(parents=True)
    history = folder / "history.jsonl.gz"
    shutil.copy(CORPUS / f"{name}.jsonl.gz", history)
    rejudging.keep(rejudging.judged(history)[1], folder)
    return folder


def test_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, str(cell(tmp_path / "a")))
    first, last = out.splitlines()
    assert code == 0
    assert first.split()[:4] == ["pass", "same", "task-result-lost", "v3.7.15"]
    assert last.startswith("1 history: 1 pass, 1 same in ")


def test_what_differs_is_shown_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = cell(tmp_path / "a") / "verdict.json"
    record = json.loads(stored.read_text())
    stored.write_text(json.dumps({**record, "verdict": "fail", "checks": record["checks"][:-1]}, indent=1))
    code, out = run(capsys, str(tmp_path))
    assert code == 1
    assert "pass         differs " in out
    assert "  verdict: fail -> pass\n" in out
    assert f"  checks: {len(record['checks']) - 1} -> {len(record['checks'])}\n" in out


def test_another_form_of_the_same_is_no_byte_for_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = cell(tmp_path / "a") / "verdict.json"
    stored.write_text(stored.read_text() + "\n")
    code, out = run(capsys, str(tmp_path))
    assert (code, "written in another form" in out) == (1, True)


def test_a_stored_verdict_that_is_garbage_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cell(tmp_path / "a") / "verdict.json").write_text("{")
    code, out = run(capsys, str(tmp_path))
    assert (code, "the stored verdict is not JSON" in out) == (1, True)


def test_nothing_stored_is_nothing_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, str(CORPUS / f"{GOOD}.jsonl.gz"))
    assert code == 0
    first, last = out.splitlines()
    assert first.split()[:4] == ["pass", "anew", "task-result-lost", "v3.7.15"]
    assert first.endswith(f"/{GOOD}.jsonl.gz)")
    assert "1 pass, 1 judged anew, with no stored verdict to compare with in " in last


def test_many_in_several_processes_as_in_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        cell(tmp_path / f"{number:02}", GOOD if number % 2 else BAD)
    answers = [run(capsys, "--json", "-j", jobs, str(tmp_path)) for jobs in ("1", "3")]
    assert answers[0] == answers[1]
    records = [json.loads(line) for line in answers[0][1].splitlines()]
    assert [record["history"] for record in records] == [
        str(tmp_path / f"{number:02}" / "history.jsonl.gz") for number in range(12)
    ]
    assert {record["stored"] for record in records} == {"same"}


def test_a_damaged_one_is_infra_and_the_others_are_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cell(tmp_path / "good")
    broken = cell(tmp_path / "broken") / "history.jsonl.gz"
    broken.write_bytes(gzip.compress(gzip.decompress(broken.read_bytes())[:-30]))
    code, out = run(capsys, "-q", str(tmp_path))
    assert code == 4
    assert re.search(r"^infra +differs +\S.*\(.*/broken/history.jsonl.gz\)$", out, re.MULTILINE)
    assert "2 histories: 1 infra, 1 pass, 1 same, 1 differs" in out
    assert "good" not in out


def test_a_folder_without_any_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".allure-history.jsonl").touch()
    assert run(capsys, str(tmp_path)) == (2, "")


def test_the_whole_corpus_is_judged_and_nothing_of_it_is_damaged(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, "-q", str(CORPUS))
    assert "infra" not in out
    assert f"{len(list(CORPUS.glob('*.jsonl.gz')))} histories" in out


def test_each_line_says_which_file_it_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cell(tmp_path / "one")
    cell(tmp_path / "two")
    monkeypatch.chdir(tmp_path)
    _, out = run(capsys, "one", str(tmp_path / "two"))
    assert [line.rpartition(" ")[2] for line in out.splitlines()[:-1]] == [
        "(one/history.jsonl.gz)",
        "(two/history.jsonl.gz)",
    ]


def test_an_index_among_histories_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = cell(tmp_path / "a")
    (folder / "index.json").write_text("[]")
    (folder / "README.md").write_text("# Histories")
    code, out = run(capsys, *map(str, sorted(folder.iterdir())))
    assert (code, out.splitlines()[-1].partition(" in ")[0]) == (0, "1 history: 1 pass, 1 same")
    assert run(capsys, str(folder / "index.json")) == (2, "")


@pytest.mark.parametrize("verdicts", [tuple(Verdict), tuple(Verdict)[:-1], tuple(Verdict)[:-2], tuple(Verdict)[:-4]])
def test_several_verdicts_exit_as_in_a_run(tmp_path: Path, verdicts: tuple[Verdict, ...]) -> None:
    said = Tally()
    for verdict in verdicts:
        judgement = Judgement(verdict=verdict, reason="")
        path = tmp_path / f"{verdict}.jsonl"
        said.add(Rejudged(history=path, name="", judgement=judgement, standing=Standing.SAME))
    red = verdicts[-1].exit_code != 0
    assert said.exit_code == exit_code(pytest.ExitCode.TESTS_FAILED if red else pytest.ExitCode.OK, verdicts)
    assert said.exit_code == verdicts[-1].exit_code
