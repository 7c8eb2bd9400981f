"""The names of what a cluster consists of in the engine, and the folder of its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.build import cache
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

PREFIX: Final = "shakedown-"
"""Tells our clusters from a user's own in `kind get clusters`, and from another's in the engine."""
NETWORK_VARIABLE: Final = "KIND_EXPERIMENTAL_DOCKER_NETWORK"
"""How kind is told of another network than its one for all clusters, which it makes and never removes."""
KIND_LABEL: Final = "io.x-k8s.kind.cluster"
_LONGEST: Final = 63 - len("-control-plane")
"""With what kind appends, it is the name of a node, and that must be a host name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    name: str

    def __post_init__(self) -> None:
        if len(self.kind_name) > _LONGEST:
            most = _LONGEST - len(PREFIX)
            raise UsageError(f"{self.name} is too long for a cluster of kind", cure=f"use up to {most} characters")

    @property
    def kind_name(self) -> str:
        """How kind calls the cluster; its network has the same name."""
        return f"{PREFIX}{self.name}"

    @property
    def run(self) -> Path:
        return folder() / self.name

    @property
    def kubeconfig(self) -> Path:
        return self.run / "kubeconfig"

    @property
    def config(self) -> Path:
        return self.run / "kind.yaml"

    @property
    def version(self) -> Path:
        """Of its Kubernetes, as its API server said it: who undoes what a frozen one suffers cannot ask."""
        return self.run / "version"

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def owner(self) -> Path:
        return self.run / "owner.json"


def folder() -> Path:
    return cache.root() / "kind"
