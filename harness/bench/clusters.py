"""How long the inner loop of everybody takes: cluster up, Argo ready, cluster down."""

import time
from pathlib import Path

from harness.argo import build as argo_build
from harness.argo.images import argo_images
from harness.argo.install import install
from harness.argo.settings import load
from harness.bench.figures import Figure
from harness.build.progress import Silent
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
from harness.model.release import Release


def measure(release: Release, runs: int) -> tuple[Figure, ...]:
    """One warm-up that is not counted, then `runs` times up, install, down."""
    build = argo_build.ensure(release, Silent())
    images = argo_images(build, Silent())
    rounds = [one(build, images, number) for number in range(runs + 1)][1:]
    ups, installs, downs, sizes = zip(*rounds, strict=True)
    return (
        Figure(name="cluster-up", unit="s", values=ups, asked=5.0),
        Figure(name="argo-ready", unit="s", values=installs, asked=3.0),
        Figure(name="cluster-down", unit="s", values=downs, asked=1.0),
        Figure(name="idle-cluster-memory", unit="MB", values=sizes),
    )


def one(build: argo_build.ArgoBuild, images: Path, number: int) -> tuple[float, float, float, float]:
    started = time.monotonic()
    cluster = LocalCluster.start(ClusterSpec(name=f"bench-{number}", images=(images,)))
    up = time.monotonic() - started
    try:
        installed = install(cluster.api, build, load("fast"), Silent())
        size = resident(cluster.name) / 1e6
    finally:
        started = time.monotonic()
        cluster.close()
    return up, installed.seconds, time.monotonic() - started, size


def resident(cluster: str) -> float:
    """Bytes of the cluster's own processes (proportional set size, so that shared pages count once)."""
    mine = [folder for folder in Path("/proc").glob("[0-9]*") if belongs(folder, cluster)]
    return sum(pss(folder) for folder in mine)


def belongs(folder: Path, cluster: str) -> bool:
    try:
        command = (folder / "cmdline").read_bytes()
        groups = (folder / "cgroup").read_text()
    except OSError:
        return False
    return f"/{cluster}/".encode() in command or f"/{cluster}/" in groups


def pss(folder: Path) -> float:
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
