"""Every provider by its name on the command line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster import belongings, ownership
from harness.cluster.existing import ExistingCluster
from harness.cluster.kind import requirements as kind
from harness.cluster.kind.provider import KindProvider
from harness.cluster.local.provider import LocalProvider
from harness.model.errors import ClusterFailed, HarnessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.build.progress import Progress
    from harness.cluster.ownership import Claim
    from harness.cluster.protocol import Cluster, ClusterSpec, ImageSource
    from harness.cluster.provider import Provider
    from harness.scenario.verbs import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingProvider:
    """`claim` is what is said of the cluster that is to be used; None where an adopted one is only looked up."""

    claim: Claim | None = None
    name: str = "existing"
    builds_kubernetes: bool = False

    def lacking(self) -> Mapping[Capability, str]:
        return {}

    def fetch(self, names: Sequence[str], source: ImageSource, progress: Progress) -> None:
        """What runs in a cluster of somebody else is pulled by it."""

    def check(self) -> None:
        """A cluster of somebody else wants nothing of this machine, and must be one that may be broken."""
        if self.claim is not None:
            self._attached(self.claim).leave()

    def left(self) -> tuple[str, ...]:
        return tuple(map(str, belongings.orphans()))

    def sweep(self) -> tuple[str, ...]:
        """One that will not go stops no other; a run cares for its own cluster only."""
        gone: list[str] = []
        problems: list[str] = []
        for note in belongings.orphans():
            if self.claim is not None and note.context != self.claim.context:
                continue
            try:
                gone += self._remove(note)
            except HarnessError as error:
                problems.append(f"{note}: {error}; where that cluster is gone for good, delete {note.path}")
        if problems:
            raise ClusterFailed("; ".join(problems))
        return tuple(gone)

    def _remove(self, note: belongings.Note) -> tuple[str, ...]:
        cluster = self.attach(note.context)
        try:
            gone = belongings.remove(cluster.api, note.run)
        finally:
            cluster.leave()
        belongings.drop(note)
        return tuple(f"{each} in the cluster of context {note.context}" for each in gone)

    def start(self, spec: ClusterSpec, progress: Progress) -> ExistingCluster:
        """It runs already: it is verified, and looked at."""
        if self.claim is None:
            raise UsageError("no context of a cluster was named", cure="--context NAME --i-own-this-cluster NAME")
        cluster = self._attached(self.claim)
        cluster.note = belongings.write(spec.name, self.claim.context)
        return cluster

    def _attached(self, claim: Claim) -> ExistingCluster:
        cluster = ExistingCluster.attach(claim)
        try:
            ownership.verify(cluster.api, claim)
        except BaseException:
            cluster.leave()
            raise
        return cluster

    def attach(self, name: str) -> ExistingCluster:
        """Where the adoption is over, nothing may be done any more. Raises NotOurs then."""
        adopted = ownership.remembered(name)
        cluster = ExistingCluster.attach(ownership.Claim(kubeconfig=Path(adopted.kubeconfig), context=name))
        try:
            ownership.proven(cluster.api, name)
        except BaseException:
            cluster.leave()
            raise
        return cluster

    def clusters(self) -> tuple[str, ...]:
        return ()


_ALL: Final[tuple[Provider, ...]] = (LocalProvider(), KindProvider(), ExistingProvider())
PROVIDERS: Final[Mapping[str, Provider]] = {each.name: each for each in _ALL}

AUTO: Final = "auto"
VARIABLE: Final = "SHAKEDOWN_PROVIDER"
"""What `auto` stands for, where it is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A provider's name, and `why` where nobody has named it."""

    name: str
    why: str = ""


def choose(name: str) -> Choice:
    """What `auto` stands for on this machine; any other name stands for itself."""
    named = os.environ.get(VARIABLE, AUTO) if name == AUTO else name
    if named != AUTO:
        return Choice(name=provider(named).name)
    lacks = kind.lacks()
    if not lacks:
        return Choice(name="kind", why="kind is on PATH and a Docker engine answers")
    return Choice(name="local", why=f"{lacks[0].what}, so the cluster is the embedded one")


def running(name: str) -> Cluster:
    """The cluster of that name that another process started, whoever of the providers made it. Raises UsageError."""
    for each in PROVIDERS.values():
        if name in each.clusters() and (found := each.attach(name)):
            return found
    raise UsageError(f"there is no cluster {name}", cure="`shakedown cluster up` starts one")


def provider(name: str, claim: Claim | None = None) -> Provider:
    """`claim` is for a cluster that runs already. Raises UsageError for a name that no provider has."""
    if claim is not None:
        return ExistingProvider(claim=claim)
    if name not in PROVIDERS:
        raise UsageError(f"this harness does not know provider {name}", cure=f"choose one of {', '.join(PROVIDERS)}")
    return PROVIDERS[name]
