"""Whatever ends the harness, and at whatever moment, a cluster of kind goes: by its keeper, or else by `clean`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from harness.build import cache
from harness.cli import clean
from harness.cluster.kind import launch, leftovers, records
from tests.real import machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.real.machine import Machine

pytestmark = [pytest.mark.real, pytest.mark.kind]

NAME = "test-killed"
STARTER = f"""
from harness.build.progress import Silent
from harness.cluster.protocol import ClusterSpec, ImageSource
from harness.cluster.providers import provider
provider("kind").start(ClusterSpec(name={NAME!r}, nodes=1, source=ImageSource.BUILD), Silent())
print("up", flush=True)
input()
"""
MINE = (NAME, "harness.cluster.kind")


@pytest.fixture
def before() -> Iterator[Machine]:
    yield machine.look(cache.root())
    leftovers.remove()


def start_elsewhere() -> subprocess.Popen[str]:
    argv = (sys.executable, "-c", STARTER)
    return subprocess.Popen(argv, cwd=launch.PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def kill(harness: subprocess.Popen[str]) -> None:
    harness.kill()
    harness.communicate()


def left(before: Machine) -> set[str]:
    """Of this cluster: embedded ones of others may come and go meanwhile."""
    found = machine.look(cache.root()).left_since(before)
    named = {each for part in found.values() for each in part if any(mark in each for mark in MINE)}
    return found.get("engine", set()) | named


def await_nothing(before: Machine, within: float) -> None:
    deadline = time.monotonic() + within
    while found := left(before):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)  # the end of so many things has no event of its own


def await_record() -> records.Record:
    deadline = time.monotonic() + 30
    while (found := leftovers.record(NAME)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def test_a_harness_killed_when_all_was_up_leaves_nothing(before: Machine) -> None:
    harness = start_elsewhere()
    assert harness.stdout is not None
    assert harness.stdout.readline() == "up\n"
    assert NAME in leftovers.clusters()
    assert len([each for each in left(before) if each.startswith("container ")]) == 2
    kill(harness)
    await_nothing(before, within=60)
    assert NAME not in leftovers.clusters()


@pytest.mark.parametrize("moment", [0.2, 2.0, 7.0])
def test_a_harness_killed_while_kind_creates_leaves_nothing(before: Machine, moment: float) -> None:
    harness = start_elsewhere()
    await_record()
    time.sleep(moment)  # the moment is the test
    kill(harness)
    await_nothing(before, within=60)


def test_what_a_killed_keeper_leaves_is_listed_and_removed(before: Machine) -> None:
    harness = start_elsewhere()
    keeper = await_record().keeper
    time.sleep(5)  # kind is at work, and goes on without its keeper
    os.kill(keeper.pid, signal.SIGKILL)
    kill(harness)
    kinds = {leftover.kind for leftover in leftovers.find() if leftover.cluster == NAME}
    assert kinds == {leftovers.Kind.CONTAINER, leftovers.Kind.NETWORK, leftovers.Kind.FOLDER}
    lines, found = clean.listed()
    assert found
    assert any(NAME in line for line in lines)
    clean.removed()
    await_nothing(before, within=30)
