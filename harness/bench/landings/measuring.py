"""One cluster for all of it: first what lands, while nothing else happens, then what is kept from landing."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from harness.argo import build as argo_build
from harness.argo.images import argo_images
from harness.argo.install import install
from harness.argo.settings import load
from harness.bench.landings import hits, misses
from harness.build.progress import Silent
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
from harness.run.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.bench.figures import Figure
    from harness.build.progress import Step
    from harness.model.release import Release


def measure(release: Release, step: Step) -> tuple[Figure, ...]:
    with tempfile.TemporaryDirectory(prefix="shakedown-bench-") as folder, opened(release) as site:
        landed = hits.measure(site, Path(folder), step)
        return (*landed, *misses.measure(site, Path(folder), step))


@contextlib.contextmanager
def opened(release: Release) -> Iterator[Site]:
    build = argo_build.ensure(release, Silent())
    settings = load("fast")
    with LocalCluster.start(ClusterSpec(name="bench-landings", images=(argo_images(build, Silent()),))) as cluster:
        install(cluster.api, build, settings, Silent())
        site = Site(cluster, build, settings)
        site.open()
        try:
            yield site
        finally:
            site.close()
