"""A cluster is ended by letting its keeper go: by the end of its standard input, or by SIGTERM where it has none."""

from __future__ import annotations

import signal
import subprocess

import pytest

from harness.cluster import kept
from harness.model.errors import ClusterFailed


def test_a_keeper_ends_when_nobody_holds_its_standard_input() -> None:
    with subprocess.Popen(("cat",), stdin=subprocess.PIPE) as keeper:
        kept.let_go(keeper, "x", 30.0, lambda: "nothing")
        assert keeper.returncode == 0


def test_a_keeper_without_one_is_told_by_signal() -> None:
    with subprocess.Popen(("sleep", "60"), stdin=None) as keeper:
        kept.let_go(keeper, "x", 30.0, lambda: "nothing")
        assert keeper.returncode == -signal.SIGTERM


def test_one_that_does_not_end_is_an_error_with_its_last_words() -> None:
    with subprocess.Popen(("sleep", "60"), stdin=subprocess.PIPE) as keeper:
        with pytest.raises(ClusterFailed, match="keeper of cluster x did not end within 0 s; last it said: still busy"):
            kept.let_go(keeper, "x", 0.1, lambda: "still busy")
        keeper.kill()
