"""kind as one provider among others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from harness.build import debian
from harness.cluster.kind import leftovers, pulling, reach, requirements
from harness.cluster.kind.cluster import KindCluster
from harness.cluster.local import images
from harness.cluster.protocol import ImageSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from harness.build.progress import Progress
    from harness.cluster.protocol import ClusterSpec
    from harness.scenario.verbs import Capability


class KindProvider:
    name: Final = "kind"
    builds_kubernetes: Final = False

    def __init__(self) -> None:
        self._refused = ""
        """What the registry said; it is asked once, and not by every cluster again."""

    def lacking(self) -> Mapping[Capability, str]:
        return reach.lacking()

    def fetch(self, names: Sequence[str], source: ImageSource, progress: Progress) -> Path | None:
        if source is ImageSource.BUILD or (source is ImageSource.AUTO and self._refused):
            return None
        try:
            return pulling.archive(names, progress)
        except pulling.PullRefused as error:
            if source is ImageSource.PULL:
                raise
            self._refused = error.message
            progress.say(
                f"{error.message}; images are built here instead: Argo's from its sources, and a stand-in"
                " for alpine and busybox"
            )
            return None

    def check(self) -> None:
        requirements.check()

    def left(self) -> tuple[str, ...]:
        return tuple(map(str, leftovers.find()))

    def sweep(self) -> tuple[str, ...]:
        return tuple(map(str, leftovers.remove()))

    def start(self, spec: ClusterSpec, progress: Progress) -> KindCluster:
        base = self.fetch(images.BASE_NAMES, spec.source, progress)
        if base is None:
            base = images.ensure_base(debian.ensure(progress) / "bin/busybox", progress)
        return KindCluster.start(replace(spec, images=(base, *spec.images)), progress)

    def attach(self, name: str) -> KindCluster | None:
        return KindCluster.attach(name) if leftovers.is_alive(name) else None

    def clusters(self) -> tuple[str, ...]:
        return leftovers.clusters()
