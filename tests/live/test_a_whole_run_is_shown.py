"""`shakedown run` on a terminal and into a file, with recorded histories in place of clusters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import terminals

ROOT = Path(__file__).parents[2]
SEED = (ROOT / "scenarios/seeds/task-result-lost.yaml").read_text()
NEW = "--argo=v3.7.15"
STOPPED = 130
CONTROL = re.compile(r"\x1b\[")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Without Node, so that no time goes into the HTML of a run that nobody looks at."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", "")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "CI"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "conftest.py").write_text("from tests.live.replayed import pytest_shakedown_campaign\n")
    add(tmp_path, "one")
    return tmp_path


def add(place: Path, name: str) -> None:
    (place / f"{name}.yaml").write_text(SEED.replace("name: task-result-lost\n", f"name: {name}\n"))


def piped(place: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness.cli", "run", ".", NEW, *arguments],
        cwd=place,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_terminal_shows_a_board_and_is_left_as_it_was(place: Path) -> None:
    add(place, "hangs")
    (place / "slow-to-close").touch()
    done = terminals.run("run", ".", NEW, cwd=place, stop_at="wait-is-killed")
    assert done.code == STOPPED, done.text
    assert done.restored
    assert "━" in done.text
    assert "1/2" in done.text
    assert "stopping" in done.text
    assert "[1/2] " in done.text
    assert "not run" in done.text
    assert "Traceback" not in done.text


def test_a_terminal_that_is_stopped_at_once_is_left_as_it_was(place: Path) -> None:
    add(place, "hangs")
    done = terminals.run("run", ".", NEW, cwd=place, stop_at=terminals.HIDDEN)
    assert done.code == STOPPED, done.text
    assert done.restored


def test_colours_are_left_out_where_they_are_not_wanted(place: Path) -> None:
    done = terminals.run("run", ".", NEW, cwd=place, env={"NO_COLOR": "1"})
    assert done.code == 0, done.text
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", done.text)
    assert done.restored


def test_a_dumb_terminal_is_given_lines(place: Path) -> None:
    done = terminals.run("run", ".", NEW, cwd=place, env={"TERM": "dumb"})
    assert done.code == 0, done.text
    assert "━" not in done.text
    assert terminals.HIDDEN not in done.text
    assert "[1/1] pass" in done.text


def test_a_log_file_is_given_a_line_for_each_cell_and_no_more(place: Path) -> None:
    add(place, "two")
    done = piped(place, FORCE_COLOR="1", TERM="xterm")
    assert done.returncode == 0, done.stderr
    assert not CONTROL.search(done.stderr + done.stdout)
    told = [line for line in done.stderr.splitlines() if line.startswith("[")]
    assert [line[:5] for line in told] == ["[1/2]", "[2/2]"]
    assert all(" pass " in line for line in told)
    assert "starting cluster" not in done.stderr


def test_quiet_is_quiet(place: Path) -> None:
    done = piped(place, "--quiet")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "1 pass" in done.stdout


def test_beside_the_output_of_pytest_there_are_lines_only(place: Path) -> None:
    done = piped(place, "--verbose")
    assert done.returncode == 0
    assert "[1/1] pass" in done.stderr
    assert "1 passed" in done.stdout


def test_one_cell_is_followed_and_the_other_runs_on_quietly(place: Path) -> None:
    add(place, "two")
    done = piped(place, "--watch", "two.yaml")
    assert done.returncode == 0, done.stderr
    assert "== two[v3.7.15] attempt 1" in done.stderr
    assert "one[v3.7.15] attempt" not in done.stderr
    assert re.search(r"##.*kill-process landed: [0-9.]+ ms after its trigger", done.stderr)


def test_triggers_explain_themselves(place: Path) -> None:
    done = piped(place, "--explain")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^>> .* one\[v3.7.15\] wait-is-killed fires: ", done.stderr, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--watch", "on"), "shakedown: --watch: no cell of this run is called 'on'; did you mean one?"),
        (("--watch", "zzz"), "shakedown: --watch: no cell of this run is called 'zzz'; this run has one"),
        (
            ("--quiet", "--explain"),
            "shakedown: --watch and --explain need the terminal; leave --quiet and --verbose out",
        ),
    ],
)
def test_a_wish_that_cannot_be_met_is_one_line(place: Path, arguments: tuple[str, ...], told: str) -> None:
    done = piped(place, *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [told]
