"""A cluster that the harness did not start: its API and nothing else, through one context of a kubeconfig.

Every tool that is pointed at it gets a kubeconfig with that context alone, or it would act on the current one.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

from harness.cluster import api as apis
from harness.cluster import belongings, kubeconfig
from harness.cluster.protocol import ClusterHealth, ComponentHealth
from harness.model.errors import HarnessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.cluster.api import Api
    from harness.cluster.apifaults import ApiProxy
    from harness.cluster.container import Container
    from harness.cluster.ownership import Claim
    from harness.cluster.protocol import ComponentProcess, KernelOom


class Silence:
    """The log of a kernel that is out of reach."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def __iter__(self) -> Iterator[KernelOom]:
        self._over.wait()
        return iter(())

    def close(self) -> None:
        self._over.set()


@dataclass(slots=True, kw_only=True)
class ExistingCluster:
    """Closing it takes away what the run has put there, where there is one, and leaves the cluster itself alone."""

    name: str
    kubernetes: str
    kubeconfig: Path
    api: Api
    provider: str = "existing"
    note: belongings.Note | None = None

    @classmethod
    def attach(cls, claim: Claim) -> ExistingCluster:
        file = kubeconfig.private_file(kubeconfig.only(claim.kubeconfig, claim.context))
        try:
            api = apis.connect(file)
            version = str(api.get("/version")["gitVersion"])
        except BaseException:
            file.unlink()
            raise
        return cls(name=claim.context, kubernetes=version, kubeconfig=file, api=api)

    def nodes(self) -> tuple[str, ...]:
        return tuple(node["metadata"]["name"] for node in self.api.get("/api/v1/nodes")["items"])

    def powered(self, node: str) -> bool:
        """What cannot be switched off is on."""
        return True

    def connected(self, node: str) -> bool:
        return True

    def kernel_ooms(self) -> Silence:
        return Silence()

    def health(self) -> ClusterHealth:
        try:
            self.api.text("/readyz")
            server = ComponentHealth(name="kube-apiserver", node=None, alive=True)
        except HarnessError as error:
            server = ComponentHealth(name="kube-apiserver", node=None, alive=False, detail=error.message)
        return ClusterHealth(components=(server,))

    def logs(self) -> dict[str, Path]:
        return {}

    def leave(self) -> None:
        self.api.close()
        self.kubeconfig.unlink(missing_ok=True)

    def close(self) -> None:
        try:
            if self.note is not None:
                belongings.remove(self.api, self.note.run)
                belongings.drop(self.note)
        finally:
            self.leave()

    def power_off(self, node: str) -> None:
        self._refuse()

    def power_on(self, node: str) -> None:
        self._refuse()

    def processes_left(self, node: str) -> int:
        self._refuse()

    def container(self, container_id: str) -> Container:
        self._refuse()

    def load_image(self, archive: Path) -> None:
        self._refuse()

    def has_image(self, name: str) -> bool:
        self._refuse()

    def kill_component(self, name: str, node: str | None = None) -> None:
        self._refuse()

    def component(self, name: str, node: str | None = None) -> ComponentProcess:
        self._refuse()

    def signal_component(self, name: str, number: int, node: str | None = None) -> None:
        self._refuse()

    def start_component(self, name: str, node: str | None = None) -> None:
        self._refuse()

    def kubelet_settings(self, node: str) -> dict[str, Any]:
        self._refuse()

    def change_kubelet(self, node: str, changes: Mapping[str, Any]) -> None:
        self._refuse()

    def cut_network(self, node: str) -> None:
        self._refuse()

    def mend_network(self, node: str) -> None:
        self._refuse()

    def freeze_node(self, node: str) -> None:
        self._refuse()

    def thaw_node(self, node: str) -> None:
        self._refuse()

    def frozen(self, node: str) -> bool:
        self._refuse()

    def api_proxy(self) -> ApiProxy:
        self._refuse()

    def _refuse(self) -> Never:
        raise UsageError(f"the machines of cluster {self.name} are out of reach: the harness did not start it")


def usual_kubeconfig() -> Path:
    """Where kubectl looks."""
    return Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config").expanduser()
