"""Where clusters come from: what each kind of cluster offers before there is one, and after its harness has died."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from harness.build.progress import Progress
    from harness.cluster.protocol import Cluster, ClusterSpec, ImageSource
    from harness.scenario.verbs import Capability


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def builds_kubernetes(self) -> bool:
        """Whether its clusters are made of programs that the harness builds."""

    def lacking(self) -> Mapping[Capability, str]:
        """What its clusters cannot do on this machine, with the reason, besides what they can do nowhere."""

    def fetch(self, names: Sequence[str], source: ImageSource, progress: Progress) -> Path | None:
        """An archive of these images from their registry; None where they are to be built. Raises ClusterFailed."""

    def check(self) -> None:
        """Raises MachineUnfit with the first thing that this machine lacks."""

    def left(self) -> tuple[str, ...]:
        """What killed runs have left, a line each."""

    def sweep(self) -> tuple[str, ...]:
        """Removes what killed runs have left, and says what it was. Raises ClusterFailed if something would not go."""

    def start(self, spec: ClusterSpec, progress: Progress) -> Cluster:
        """Returns when every node is Ready; ended by `close`, or unless it is persistent by the end of this process."""

    def attach(self, name: str) -> Cluster | None:
        """A cluster that another process started; None where it does not exist any more."""

    def clusters(self) -> tuple[str, ...]:
        """The names of those that are alive."""
