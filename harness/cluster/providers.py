"""Every provider by its name on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster import ownership
from harness.cluster.existing import ExistingCluster
from harness.cluster.local.provider import LocalProvider
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.build.progress import Progress
    from harness.cluster.ownership import Claim
    from harness.cluster.protocol import ClusterSpec
    from harness.cluster.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingProvider:
    """`claim` is what is said of the cluster that is to be used; None where an adopted one is only looked up."""

    claim: Claim | None = None
    name: str = "existing"

    def check(self) -> None:
        """A cluster of somebody else wants nothing of this machine."""

    def left(self) -> tuple[str, ...]:
        return ()

    def sweep(self) -> tuple[str, ...]:
        return ()

    def start(self, spec: ClusterSpec, progress: Progress) -> ExistingCluster:
        """It runs already: it is verified, and looked at."""
        if self.claim is None:
            raise UsageError("no context of a cluster was named", cure="--context NAME --i-own-this-cluster NAME")
        cluster = ExistingCluster.attach(self.claim)
        try:
            ownership.verify(cluster.api, self.claim)
        except BaseException:
            cluster.close()
            raise
        return cluster

    def attach(self, name: str) -> ExistingCluster:
        """Where the adoption is over, nothing may be done any more. Raises NotOurs then."""
        adopted = ownership.remembered(name)
        cluster = ExistingCluster.attach(ownership.Claim(kubeconfig=Path(adopted.kubeconfig), context=name))
        try:
            ownership.proven(cluster.api, name)
        except BaseException:
            cluster.close()
            raise
        return cluster

    def clusters(self) -> tuple[str, ...]:
        return ()


PROVIDERS: Final[Mapping[str, Provider]] = {each.name: each for each in (LocalProvider(), ExistingProvider())}


def provider(name: str) -> Provider:
    """Raises UsageError for a name that no provider has."""
    if name not in PROVIDERS:
        raise UsageError(f"this harness does not know provider {name}", cure=f"choose one of {', '.join(PROVIDERS)}")
    return PROVIDERS[name]
