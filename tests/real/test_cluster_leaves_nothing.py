"""Whatever ends the harness, and whenever: afterwards the machine is as it was. Counted, not believed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.build import cache, progress
from harness.cluster.kernel import cgroups, processes
from harness.cluster.local import layout, leftovers, template
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.real, pytest.mark.alone]
NAME = "test-leaves"
SHOWN = progress.to()
SEED = 20251121
"""Fixed, so that a failure comes again."""
STARTER = f"""
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
cluster = LocalCluster.start(ClusterSpec(name="{NAME}"))
pods = "/api/v1/namespaces/default/pods"
containers = [{{"name": "main", "image": "alpine:3.18", "command": ["sleep", "1000"]}}]
for name in ("a", "b"):
    spec = {{"containers": containers, "nodeName": "node-1" if name == "a" else "node-2"}}
    cluster.api.create(pods, {{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": name}}, "spec": spec}})
print("up", flush=True)
input()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a cluster could leave. Names that contain the cluster's, so that other runs do not disturb the count."""

    processes: frozenset[str]
    mounts: frozenset[str]
    links: frozenset[str]
    cgroups: frozenset[str]
    folders: frozenset[str]


NOTHING = Traces(processes=frozenset(), mounts=frozenset(), links=frozenset(), cgroups=frozenset(), folders=frozenset())


def traces(name: str, links_before: frozenset[str]) -> Traces:
    """A namespace lives only as long as a process, a mount or a descriptor holds it: the first two are counted."""
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    folders = (layout.RUNS / name, cache.root() / "run" / name)
    return Traces(
        processes=frozenset(found for pid in processes.every() if f"/{name}/" in (found := processes.command(pid))),
        mounts=frozenset(line for line in mounts if f"/{name}/" in line or "netns" in line),
        links=frozenset(os.listdir("/sys/class/net")) - links_before,  # noqa: PTH208  # names, not paths
        cgroups=frozenset(str(top / cgroups.BASE / name) for top in cgroups.hierarchies() if _has(top, name)),
        folders=frozenset(str(folder) for folder in folders if folder.exists()),
    )


def _has(hierarchy: Path, name: str) -> bool:
    return (hierarchy / cgroups.BASE / name).exists()


@pytest.fixture
def links() -> Iterator[frozenset[str]]:
    before = frozenset(os.listdir("/sys/class/net"))  # noqa: PTH208  # names, not paths
    assert traces(NAME, before) == NOTHING
    yield before
    if traces(NAME, before) != NOTHING:
        leftovers.remove()


def start_elsewhere() -> subprocess.Popen[str]:
    argv = (sys.executable, "-c", STARTER)
    return subprocess.Popen(argv, cwd=template.PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def await_up(harness: subprocess.Popen[str]) -> None:
    assert harness.stdout is not None
    assert harness.stdout.readline() == "up\n"


def kill(harness: subprocess.Popen[str]) -> None:
    harness.kill()
    harness.communicate()


def await_nothing(links: frozenset[str], within: float) -> float:
    began = time.monotonic()
    while (found := traces(NAME, links)) != NOTHING:
        if time.monotonic() - began > within:
            pytest.fail(f"still there {within} s after the end of the harness: {found}")
        time.sleep(0.01)  # the end of so many things has no event of its own
    return time.monotonic() - began


def test_a_closed_cluster_leaves_nothing(links: frozenset[str]) -> None:
    cluster = LocalCluster.start(ClusterSpec(name=NAME), SHOWN)
    seen = traces(NAME, links)
    assert len(seen.processes) >= 9
    assert seen.cgroups
    assert len(seen.folders) == 2
    assert (seen.mounts, seen.links) == (frozenset(), frozenset())
    cluster.close()
    assert traces(NAME, links) == NOTHING


def test_a_harness_killed_while_pods_run_leaves_nothing(links: frozenset[str]) -> None:
    harness = start_elsewhere()
    await_up(harness)
    kill(harness)
    assert await_nothing(links, within=10) < 3
    assert NAME not in leftovers.clusters()


@pytest.mark.parametrize("moment", [round(random.Random(SEED + i).uniform(0.3, 5), 2) for i in range(6)])
def test_a_harness_killed_at_any_moment_leaves_nothing_that_clean_does_not_find(
    links: frozenset[str], moment: float
) -> None:
    """Killed in the tenth of a second before there is a keeper, only folders are left, and `clean` removes them."""
    harness = start_elsewhere()
    time.sleep(moment)  # the moment is the test
    kill(harness)
    began = time.monotonic()
    while traces(NAME, links) not in (NOTHING, _only_folders(links)) and time.monotonic() - began < 10:
        time.sleep(0.01)
    leftovers.remove()
    assert traces(NAME, links) == NOTHING


def _only_folders(links: frozenset[str]) -> Traces:
    folders = traces(NAME, links).folders
    return Traces(processes=frozenset(), mounts=frozenset(), links=frozenset(), cgroups=frozenset(), folders=folders)


def test_what_a_killed_keeper_leaves_is_found_and_removed(links: frozenset[str]) -> None:
    harness = start_elsewhere()
    await_up(harness)
    keeper = leftovers.recorded(layout.RUNS / NAME, "keeper")
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGKILL)
    kill(harness)
    assert {leftover.kind for leftover in leftovers.find()} >= {leftovers.Kind.CGROUP, leftovers.Kind.FOLDER}
    assert {leftover.cluster for leftover in leftovers.remove()} == {NAME}
    assert traces(NAME, links) == NOTHING
    assert leftovers.remove() == ()


def test_the_next_run_works_after_a_killed_one_and_two_run_side_by_side(links: frozenset[str]) -> None:
    first = LocalCluster.start(ClusterSpec(name=f"{NAME}-1", nodes=1), SHOWN)
    second = LocalCluster.start(ClusterSpec(name=f"{NAME}-2", nodes=1), SHOWN)
    with first, second:
        assert {f"{NAME}-1", f"{NAME}-2"} <= set(leftovers.clusters())
        uids = {each.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"] for each in (first, second)}
        assert len(uids) == 2
        assert first.health().ok
        assert second.health().ok
        second.close()
        assert first.health().ok
        assert first.api.get("/api/v1/nodes/node-1")
    assert not {f"{NAME}-1", f"{NAME}-2"} & set(leftovers.clusters())


def test_a_persistent_cluster_outlives_its_starter_and_is_ended_by_another(links: frozenset[str]) -> None:
    script = STARTER.replace(f'name="{NAME}"', f'name="{NAME}", persistent=True').replace("input()", "")
    subprocess.run((sys.executable, "-c", script), cwd=template.PACKAGES, check=True, stdout=subprocess.DEVNULL)
    assert leftovers.find() == ()
    with pytest.raises(UsageError, match=f"there is a cluster {NAME} already"):
        LocalCluster.start(ClusterSpec(name=NAME), SHOWN)
    cluster = LocalCluster.attach(NAME)
    assert cluster.health().ok
    assert len(cluster.api.get("/api/v1/nodes")["items"]) == 2
    cluster.close()
    assert traces(NAME, links) == NOTHING
    with pytest.raises(UsageError, match=f"no cluster {NAME}"):
        LocalCluster.attach(NAME)
