"""How long a cluster of kind takes until Argo is ready in it, with every image on the machine."""

import time
from pathlib import Path

from harness.argo import build as argo_build
from harness.argo.images import argo_images
from harness.argo.install import install
from harness.argo.settings import load
from harness.bench.figures import Figure
from harness.build.progress import Silent
from harness.cluster.protocol import ClusterSpec, ImageSource
from harness.cluster.providers import provider
from harness.model.release import Release


def measure(release: Release, runs: int) -> tuple[Figure, ...]:
    """One warm-up that is not counted, then `runs` times up, install, down. Raises MachineUnfit without kind."""
    provider("kind").check()
    build = argo_build.ensure(release, Silent())
    images = argo_images(build, Silent())
    rounds = [one(build, images, number) for number in range(runs + 1)][1:]
    ups, readies, downs = zip(*rounds, strict=True)
    return (
        Figure(name="kind-cluster-up", unit="s", values=ups),
        Figure(name="kind-cluster-with-argo", unit="s", values=readies, asked=60.0),
        Figure(name="kind-cluster-down", unit="s", values=downs),
    )


def one(build: argo_build.ArgoBuild, images: Path, number: int) -> tuple[float, float, float]:
    started = time.monotonic()
    spec = ClusterSpec(name=f"bench-kind-{number}", images=(images,), source=ImageSource.BUILD)
    cluster = provider("kind").start(spec, Silent())
    up = time.monotonic() - started
    try:
        install(cluster.api, build, load("fast"), Silent())
        ready = time.monotonic() - started
    finally:
        ending = time.monotonic()
        cluster.close()
    return up, ready, time.monotonic() - ending
