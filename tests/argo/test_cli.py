"""The release's own binary is run against the given cluster, and what it said comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.argo.build import ArgoBuild
from harness.argo.cli import ArgoCli
from harness.model.errors import GaveUpWaiting
from harness.model.release import Release

if TYPE_CHECKING:
    from pathlib import Path


def cli(folder: Path, script: str) -> ArgoCli:
    binary = folder / "argo"
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o755)
    return ArgoCli(ArgoBuild(release=Release.parse("v3.5.10"), path=folder, id="0"), folder / "kubeconfig")


def test_a_command_says_what_it_did(tmp_path: Path) -> None:
    result = cli(tmp_path, 'echo "$KUBECONFIG $@"; echo oh >&2; exit 3').run(
        "retry", "wf", "ns", "--restart-successful"
    )
    assert result.command == ("argo", "retry", "wf", "--namespace", "ns", "--restart-successful")
    assert result.stdout == f"{tmp_path}/kubeconfig retry wf --namespace ns --restart-successful\n"
    assert (result.stderr, result.exit_code) == ("oh\n", 3)
    assert 0 < result.seconds < 5


def test_a_command_that_hangs_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(GaveUpWaiting, match=r"`argo stop wf --namespace ns` took longer than 0\.2 s; it said: hm"):
        cli(tmp_path, "echo hm; exec sleep 60").run("stop", "wf", "ns", timeout=0.2)
