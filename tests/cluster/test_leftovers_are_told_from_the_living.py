"""A cluster is removed only if neither its keeper nor its starter lives, however alike their process ids are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from harness.cluster.kernel import cgroups, processes
from harness.cluster.local import keeper, launch, layout, leftovers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without cgroups of ours, and with a cache and run folders of its own."""
    monkeypatch.setattr(layout, "RUNS", tmp_path / "runs")
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cgroups, "hierarchies", lambda: (tmp_path / "cgroup",))
    return tmp_path / "runs"


def make(runs: Path, name: str, **roles: processes.ProcessId) -> Path:
    (runs / name).mkdir(parents=True)
    record = {role: {"pid": who.pid, "started": who.started} for role, who in roles.items()}
    (runs / name / (launch.OWNER if "owner" in roles else keeper.STATE)).write_text(json.dumps(record))
    return runs / name


def me() -> processes.ProcessId:
    found = processes.identify(os.getpid())
    assert found is not None
    return found


def dead() -> processes.ProcessId:
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE) as process:
        found = processes.identify(process.pid)
    assert found is not None
    return found


def test_nothing_is_left_on_a_fresh_machine(runs: Path) -> None:
    assert leftovers.find() == leftovers.remove() == ()
    assert leftovers.clusters() == ()


def test_a_cluster_that_is_just_being_started_is_alive(runs: Path) -> None:
    make(runs, "starting", owner=me())
    assert leftovers.clusters() == ("starting",)
    assert leftovers.find() == ()


def test_a_cluster_whose_starter_died_before_there_was_a_keeper_is_left(runs: Path) -> None:
    folder = make(runs, "orphan", owner=dead())
    assert [str(found) for found in leftovers.remove()] == [f"folder {folder} (cluster orphan)"]
    assert not folder.exists()


def test_a_cluster_with_a_keeper_is_alive_although_its_starter_is_gone(runs: Path) -> None:
    make(runs, "kept", keeper=me(), init=dead())
    assert leftovers.clusters() == ("kept",)


def test_a_process_id_that_was_used_again_is_another_process(runs: Path) -> None:
    mine = me()
    make(runs, "reused", keeper=processes.ProcessId(pid=mine.pid, started=mine.started - 1))
    assert leftovers.clusters() == ()
    assert [found.kind for found in leftovers.remove()] == [leftovers.Kind.FOLDER]


def test_a_folder_without_a_record_is_left(runs: Path) -> None:
    (runs / "empty").mkdir(parents=True)
    (runs.parent / "cache" / "run" / "empty").mkdir(parents=True)
    assert {found.kind for found in leftovers.remove()} == {leftovers.Kind.FOLDER}
    assert leftovers.find() == ()


def test_cgroups_are_removed_deepest_first(runs: Path) -> None:
    deepest = runs.parent / "cgroup" / cgroups.BASE / "gone" / "node-1" / "kubepods" / "c"
    deepest.mkdir(parents=True)
    assert [found.kind for found in leftovers.remove()] == [leftovers.Kind.CGROUP]
    assert not (runs.parent / "cgroup" / cgroups.BASE).exists()


def test_an_ended_process_is_not_alive_and_ending_it_again_is_no_error() -> None:
    gone = dead()
    assert not processes.alive(gone)
    assert processes.end(gone, timeout=1)


def test_a_process_is_ended_and_waited_for() -> None:
    with subprocess.Popen((sys.executable, "-c", "import time; time.sleep(60)")) as process:
        who = processes.identify(process.pid)
        assert who is not None
        assert processes.alive(who)
        assert processes.end(who, timeout=5)
    assert process.returncode == -9
