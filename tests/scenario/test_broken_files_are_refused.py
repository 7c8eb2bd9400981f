"""Every broken file gives exactly the messages of `broken/expected.txt`, exit code 2 and no stack trace."""

import os
from pathlib import Path

import pytest

from harness.cli.main import main

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(path.name for path in BROKEN.glob("*.yaml"))


def expected() -> dict[str, list[str]]:
    """The block of lines of each file, below a line with its name."""
    blocks: dict[str, list[str]] = {}
    for line in (BROKEN / "expected.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            blocks[line.removeprefix("# ")] = []
        elif line:
            blocks[list(blocks)[-1]].append(line)
    return blocks


def lint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["lint", *arguments])
    out, err = capsys.readouterr()
    return stopped.value.code, out, err


@pytest.mark.parametrize("name", FILES)
def test_broken_file(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    code, out, err = lint(capsys, name)
    assert out.splitlines()[:-1] == expected()[name]
    assert out.splitlines()[-1].startswith("1 file: ")
    assert err == ""
    assert code == 2


def test_every_broken_file_is_described() -> None:
    assert sorted(expected()) == FILES
    assert len(FILES) >= 30


def test_huge_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "huge.yaml"
    path.write_text("name: huge\n" + "# nothing\n" * 1024 * 1024, encoding="utf-8")
    assert problem(path, capsys) == f"{path}:1:1: larger than 1 MiB: this is no scenario"


def test_billion_laughs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "laughs.yaml"
    lines = ["a0: &a0 lol"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert problem(path, capsys) == f"{path}:6:5: its aliases expand to more than 20000 values"


def test_anchor_that_expands_a_thousandfold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "thousand.yaml"
    path.write_text(f"a: &a [{'1, ' * 100}]\nb: [{'*a, ' * 1000}]\n", encoding="utf-8")
    assert problem(path, capsys) == f"{path}:2:4: its aliases expand to more than 20000 values"


def test_deep_nesting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("a: " + "[" * 500_000, encoding="utf-8")
    assert problem(path, capsys) == f"{path}:1:63: nested deeper than 60 levels"


def test_very_many_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(f"a: [{'1,' * 400_000}]", encoding="utf-8")
    assert problem(path, capsys) == f"{path}:1:39999: more than 20000 values"


def test_symbolic_link_to_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "loop.yaml"
    path.symlink_to(path)
    assert problem(path, capsys) == f"{path}:1:1: a loop of symbolic links"


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "missing.yaml"
    assert problem(path, capsys) == f"{path}:1:1: there is no such file"


def test_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    assert problem(path, capsys) == f"{path}:1:1: not a regular file"


def test_name_that_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("/" + "x" * 300 + ".yaml")
    assert problem(path, capsys) == f"{path}:1:1: there is no such file: its name is too long"


def test_folder_without_scenarios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = lint(capsys, str(tmp_path))
    assert (code, out) == (2, "")
    assert err == f"shakedown: no scenario below {tmp_path}; shakedown new draws up a first one\n"


def test_name_of_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = lint(capsys, "oom-man")
    assert (code, out) == (2, "")
    assert err == "shakedown: no such file, folder or scenario: oom-man; did you mean oom-main?\n"


def problem(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    code, out, err = lint(capsys, str(path))
    assert code == 2
    assert err == ""
    lines = out.splitlines()
    assert lines[1:] == ["1 file: 1 error"]
    return lines[0]
