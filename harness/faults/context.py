"""What a fault is given: the cluster, the place, and somewhere to report what it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from harness.argo.cli import ArgoCli
from harness.argo.settings import ControllerSettings
from harness.cluster.apifaults import ApiTouch
from harness.cluster.protocol import Cluster
from harness.model.errors import HarnessError
from harness.model.events import Target
from harness.model.header import ARGO_NAMESPACE


class Refused(HarnessError):
    """The API, the kernel or the command line said no: the fault did not happen."""


class Missed(HarnessError):
    """The target was no longer what the step meant to hit."""


class Journal(Protocol):
    """Where a fault reports facts that no watch shows."""

    def command(self, argv: tuple[str, ...], exit_code: int, output: str, seconds: float) -> None: ...

    def read_back(self, subject: str, *, before: str = "", after: str) -> None: ...

    def accepted(self, detail: str) -> None:
        """The API or the kernel has taken the fault just now; the rest of the call only reads back what came of it."""

    def api_touched(self, touch: ApiTouch) -> None: ...

    def node_power(self, host: str, *, on: bool, processes: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`controller_hosts` names the cluster nodes that run Argo's controller now: node faults must not hit these."""

    cluster: Cluster
    namespace: str
    workflow: str
    target: Target
    journal: Journal
    cli: ArgoCli | None
    controller_hosts: Callable[[], frozenset[str]]
    settings: ControllerSettings = field(default_factory=ControllerSettings)
    """How the controller was set when Argo was installed."""
    argo_namespace: str = ARGO_NAMESPACE
    remembered: Mapping[str, str] = field(default_factory=dict)
    """For `inject` and `heal`: what `remember` noted before the fault."""

    def host(self) -> str:
        """The cluster node of the target. Raises Missed if it has none, or if it runs the controller as well."""
        if not self.target.host:
            raise Missed(f"pod {self.target.pod} is not bound to a cluster node")
        return self.target.host

    def host_without_controller(self) -> str:
        host = self.host()
        if host in self.controller_hosts():
            raise Missed(
                f"cluster node {host} runs the workflow controller besides the target, so the fault would hit both",
                cure="keep the step away from it, for example with a podAntiAffinity to app=workflow-controller",
            )
        return host
