"""What every verb has, whatever it does: how far it reaches, what it needs of the cluster, what it aims at.

The types live here, below the code that carries them out, so that a file is checked without a cluster.
"""

from enum import StrEnum
from typing import ClassVar

from harness.scenario.base import Spec
from harness.scenario.conditions import Name, NodeSelector


class Scope(StrEnum):
    """How far a verb reaches: what is `namespace` may run beside others, the rest runs alone."""

    NAMESPACE = "namespace"
    NODE = "node"
    CONTROLLER = "controller"
    CLUSTER = "cluster"


class Capability(StrEnum):
    """What a cluster provider must offer for a verb."""

    API = "api"
    CLI = "argo-cli"
    PROCESSES = "container-processes"
    KERNEL_LOG = "kernel-log"
    POWER = "node-power"
    COMPONENTS = "cluster-components"
    NETWORK = "node-network"
    KUBELET = "kubelet-settings"
    PROXY = "api-proxy"
    RELEASES = "argo-releases"


class Verb(Spec):
    """One thing that a step can do."""

    scope: ClassVar[Scope] = Scope.NAMESPACE
    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API})
    early: ClassVar[bool] = False
    """Whether its way back may be noted while it is armed: only of what aims at no pod, and whose call is refused where
    things have changed since."""


class PodVerb(Verb):
    """A verb that acts on one pod: the one that `when` matched, or the one that `target` picks."""

    living: ClassVar[bool] = True
    """Whether the pod must be alive when the call is made."""
    target: NodeSelector | None = None
    """Pod to act on, where `when` names none or another one."""


class ContainerVerb(PodVerb):
    """A verb that acts on one container of the pod."""

    running: ClassVar[bool] = True
    """Whether the container must be running when the call is made."""
    container: Name = "main"
    """Its name in the pod."""


class NodeVerb(PodVerb):
    """A verb that acts on the cluster node that runs the target pod."""

    scope: ClassVar[Scope] = Scope.NODE


class ResultVerb(Verb):
    """A verb that acts on a WorkflowTaskResult: that of the node that `when` matched, or that `target` picks."""

    target: NodeSelector | None = None
    """Whose task result, where `when` names none or another one."""


class EntryVerb(Verb):
    """A verb that acts on what Argo keeps of a workflow node: the one that `when` matched, or that `target` picks."""

    target: NodeSelector | None = None
    """Workflow node, where `when` names none or another one."""

    @property
    def wants_node(self) -> bool:
        return True


class ControllerVerb(Verb):
    """A verb that acts on Argo's workflow controller, whoever is served by it."""

    scope: ClassVar[Scope] = Scope.CONTROLLER


class ControlPlaneVerb(Verb):
    """A verb that acts on the cluster's control plane: whatever happens then happens to everybody."""

    scope: ClassVar[Scope] = Scope.CLUSTER
    takes_away: ClassVar[frozenset[str]] = frozenset()
    """Components that cannot be asked while it lasts."""
    lasting: ClassVar[bool] = False
    """Whether it lasts until it is healed; then no verdict can be had before."""


class WorkflowVerb(Verb):
    """A verb of the release's own `argo` command line."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.CLI})
