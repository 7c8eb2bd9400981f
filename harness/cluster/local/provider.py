"""The embedded cluster as one provider among others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.build import cache
from harness.cluster import requirements
from harness.cluster.local import leftovers
from harness.cluster.local.cluster import LocalCluster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.build.progress import Progress
    from harness.cluster.protocol import ClusterSpec, ImageSource
    from harness.scenario.verbs import Capability


class LocalProvider:
    name: Final = "local"
    builds_kubernetes: Final = True

    def lacking(self) -> Mapping[Capability, str]:
        return {}

    def fetch(self, names: Sequence[str], source: ImageSource, progress: Progress) -> None:
        """Nothing in an embedded cluster, and nothing that it needs, comes from a registry."""

    def check(self) -> None:
        requirements.check(cache.root())

    def left(self) -> tuple[str, ...]:
        return tuple(map(str, leftovers.find()))

    def sweep(self) -> tuple[str, ...]:
        return tuple(map(str, leftovers.remove()))

    def start(self, spec: ClusterSpec, progress: Progress) -> LocalCluster:
        return LocalCluster.start(spec, progress)

    def attach(self, name: str) -> LocalCluster | None:
        return LocalCluster.attach(name) if leftovers.is_alive(name) else None

    def clusters(self) -> tuple[str, ...]:
        return leftovers.clusters()
