"""The live view over a real cluster: on a terminal, to the end and with a Ctrl-C in the middle."""

from pathlib import Path

import pytest

from tests.live import terminals

ROOT = Path(__file__).parents[2]
SEED = "scenarios/seeds/oom-main.yaml"
pytestmark = [pytest.mark.real, pytest.mark.alone]


def test_a_real_run_is_followed_and_the_terminal_left_as_it_was(tmp_path: Path) -> None:
    done = terminals.run(
        *("run", SEED, "--argo=v3.7.15", "--watch=oom-main", "--explain", f"--reports={tmp_path}"),
        cwd=ROOT,
        patience=120,
    )
    assert done.code == 0, done.text
    assert done.restored
    for told in (
        "starting cluster",
        "installing Argo v3.7.15",
        "waits for pod template main, container main running",
        "oom landed: ",
        "[1/1] ",
        "1 pass",
    ):
        assert told in done.text


def test_a_real_run_is_stopped_in_the_middle_and_the_terminal_left_as_it_was(tmp_path: Path) -> None:
    done = terminals.run(
        "run", SEED, "--argo=v3.7.15", f"--reports={tmp_path}", cwd=ROOT, stop_at="waits for pod", patience=120
    )
    assert done.code == 130, done.text
    assert done.restored
    assert "Traceback" not in done.text
    assert "not run" in done.text or "inconclusive" in done.text
