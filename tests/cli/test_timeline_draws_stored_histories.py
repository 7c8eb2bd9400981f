from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.cli.main import main
from harness.model.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

HISTORY = Path(__file__).parents[1] / "corpus" / "task-result-lost-v3.5.10-1.jsonl.gz"


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["timeline", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_without_a_file_it_is_text_with_lanes_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, str(HISTORY))
    assert code == Exit.OK
    assert out.startswith("task-result-lost on Argo Workflows v3.5.10\n✓ known bug: stuck: task-result-incomplete")
    waited = next(line for line in out.splitlines() if line.startswith("    wait "))
    assert "====x" in waited
    assert waited.endswith("| exit 137 Error")
    assert "##    +3.720s  step 0      kill-process landed" in out


@pytest.mark.parametrize(("name", "begins"), [("t.svg", "<svg "), ("t.html", "<!doctype html>"), ("T.TXT", "task-")])
def test_the_name_of_the_file_decides_the_form(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, begins: str
) -> None:
    file = tmp_path / "new" / name
    code, out, _ = called(capsys, str(HISTORY), "--output", str(file))
    assert (code, out) == (Exit.OK, f"timeline: {file}\n")
    assert file.read_text(encoding="utf-8").startswith(begins)


def test_a_dash_is_the_picture_or_with_text_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, str(HISTORY), "--output", "-")[1].startswith("<svg ")
    assert called(capsys, str(HISTORY), "--output", "-", "--text")[1].startswith("task-result-lost on")


@pytest.mark.parametrize("name", ["history.jsonl", "history.jsonl.gz"])
def test_a_folder_stands_for_its_history(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    packed = HISTORY.read_bytes()
    (tmp_path / name).write_bytes(packed if name.endswith(".gz") else gzip.decompress(packed))
    assert called(capsys, str(tmp_path)) == called(capsys, str(HISTORY))


def test_a_damaged_history_is_drawn_and_the_damage_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    damaged = tmp_path / "history.jsonl"
    damaged.write_bytes(b"".join(gzip.decompress(HISTORY.read_bytes()).splitlines(keepends=True)[:31]))
    code, out, err = called(capsys, str(damaged))
    assert code == Exit.OK
    assert "! infra" in out
    assert out.splitlines()[-1].startswith("!! ")
    assert err == (
        f"shakedown: {damaged} is damaged: line 31: truncated: the file stops without its end;"
        " it is drawn as far as it goes\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([str(HISTORY), "-o", "t.png"], Exit.USAGE, "t.png is neither SVG, HTML nor text; name a file that ends in"),
        ([str(HISTORY), "-o", "t.svg", "--text"], Exit.USAGE, "--text and t.svg contradict each other; name a .txt"),
        ([str(HISTORY.parent)], Exit.USAGE, "has no history.jsonl; name a history, or the folder of one cell"),
        (["no-such-file"], Exit.USAGE, "Path 'no-such-file' does not exist."),
        ([str(HISTORY.with_name("index.json"))], Exit.INFRA, "index.json:1: not JSON"),
        ([str(HISTORY), "-o", str(HISTORY / "t.svg")], Exit.INFRA, "cannot be written: "),
    ],
)
def test_a_mistake_is_one_line_with_its_cure(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], code: int, said: str
) -> None:
    got, out, err = called(capsys, *arguments)
    assert (got, out) == (code, "")
    assert said in err
    assert "Traceback" not in err
