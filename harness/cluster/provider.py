"""Where clusters come from: what each kind of cluster offers before there is one, and after its harness has died."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from harness.build.progress import Progress
    from harness.cluster.protocol import Cluster, ClusterSpec


class Provider(Protocol):
    @property
    def name(self) -> str: ...

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
