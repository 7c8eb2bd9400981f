"""What every cluster that the harness starts has alike: its files in one folder, nodes by name, and a keeper beside it
that ends it, as it would if the harness had been killed."""

from __future__ import annotations

import signal
import subprocess
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Protocol, Self

from harness.cluster.readiness import Readiness
from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from harness.cluster.api import Api
    from harness.cluster.protocol import ClusterHealth


class Files(Protocol):
    @property
    def kubeconfig(self) -> Path: ...
    @property
    def logs(self) -> Path: ...


class Kept(ABC):
    """Closing it is left to its keeper."""

    __slots__ = ()
    api: Api
    layout: Files

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def nodes(self) -> tuple[str, ...]: ...

    @abstractmethod
    def powered(self, node: str) -> bool: ...

    @abstractmethod
    def health(self) -> ClusterHealth: ...

    @abstractmethod
    def signal_component(self, name: str, number: int, node: str | None = None) -> None: ...

    @abstractmethod
    def close(self) -> None: ...

    @property
    def kubeconfig(self) -> Path:
        return self.layout.kubeconfig

    def readiness(self, timeout: float) -> Readiness:
        return Readiness(self.api, self.health, self.layout.logs, timeout)

    def kill_component(self, name: str, node: str | None = None) -> None:
        self.signal_component(name, signal.SIGKILL, node)

    def logs(self) -> dict[str, Path]:
        return {path.stem: path for path in sorted(self.layout.logs.glob("*.log"))}

    def leave(self) -> None:
        self.api.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _known(self, node: str) -> str:
        if node not in self.nodes():
            raise UsageError(f"cluster {self.name} has no node {node!r}; it has: {', '.join(self.nodes())}")
        return node

    def _asked(self, on: Sequence[str]) -> Sequence[str]:
        """Nodes that are asked for what all of them must have: of none everything would be true."""
        if not on:
            raise ClusterFailed(f"no node of cluster {self.name} is on, so none can be asked", cure="switch one on")
        return on


def let_go(keeper: subprocess.Popen[Any], name: str, within: float, said: Callable[[], str]) -> None:
    """Returns when the keeper has removed the cluster. Raises ClusterFailed, with what it `said` last."""
    if keeper.stdin is None:
        keeper.terminate()
    else:
        keeper.stdin.close()
    try:
        keeper.wait(within)
    except subprocess.TimeoutExpired as error:
        raise ClusterFailed(
            f"the keeper of cluster {name} did not end within {within:.0f} s; last it said: {said()}",
            cure="`shakedown clean` removes what is left",
        ) from error
