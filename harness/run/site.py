"""A cluster with one Argo release installed: the place where cells run."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.argo.build import ArgoBuild
from harness.argo.cli import ArgoCli
from harness.argo.settings import ControllerSettings
from harness.cluster import belongings
from harness.cluster.api import Api
from harness.cluster.protocol import Cluster, KernelLog, KernelOom
from harness.faults import paths
from harness.faults.context import Context, Journal
from harness.model.errors import HarnessError
from harness.model.events import Target
from harness.model.header import ARGO_NAMESPACE, Calibration
from harness.run.machine import Pulse
from harness.run.watching import Message, Watching

NUDGE = "shakedown/nudge"
CONTROLLER_LABEL = "app=workflow-controller"


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelKillSeen:
    """A kernel OOM kill somewhere in the cluster; `received` is `time.monotonic()`."""

    received: float
    kill: KernelOom


UNMEASURED = Calibration()
Listener = Callable[[Message | KernelKillSeen], None]


class Site:
    """Owns the watches and the kernel log of its cluster; closing it leaves the cluster itself alone."""

    def __init__(
        self,
        cluster: Cluster,
        build: ArgoBuild,
        settings: ControllerSettings,
        calibration: Calibration = UNMEASURED,
        *,
        argo_namespace: str = ARGO_NAMESPACE,
        name: str = "",
        builds: Mapping[str, str] | None = None,
        reused: bool = False,
    ) -> None:
        """`argo_namespace` is where the controller runs. With a `name` all that is made here carries it, in a cluster
        that others use too. `builds` are those of the header, where they are not this build. `reused`: an earlier run
        has used the cluster."""
        self.argo_namespace = argo_namespace
        self.name = name
        self.builds = builds or {"argo": build.id}
        self.cluster = cluster
        self.reused = reused
        self.spoiled = ""
        self.calibration = calibration
        self.build = build
        self.settings = settings
        self.cli = ArgoCli(build, cluster.kubeconfig)
        self.watching = Watching(cluster.api, argo_namespace)
        self.pulse = Pulse()
        self._kills: KernelLog | None = None
        self._listeners: dict[str, Listener] = {}

    @property
    def api(self) -> Api:
        return self.cluster.api

    @property
    def labels(self) -> Mapping[str, str]:
        return belongings.labels(self.name) if self.name else {}

    @property
    def prefix(self) -> str:
        """Of the names of namespaces: two runs may share a cluster that is neither's."""
        return f"{self.name}-" if self.name else ""

    def open(self) -> None:
        self.pulse.start()
        self.watching.start()
        self._kills = self.cluster.kernel_ooms()
        threading.Thread(target=self._follow_kernel, args=(self._kills,), name="kernel-log", daemon=True).start()

    def close(self) -> None:
        self.pulse.stop()
        self.watching.close()
        if self._kills is not None:
            self._kills.close()

    def spoil(self, why: str) -> None:
        """No later run may use the cluster: something of this one may stay in it."""
        self.spoiled = self.spoiled or why

    def listen(self, namespace: str, listener: Listener) -> None:
        self._listeners[namespace] = listener
        self.watching.subscribe(namespace, listener)

    def leave(self, namespace: str) -> None:
        self.watching.unsubscribe(namespace)
        self._listeners.pop(namespace, None)

    def controller_pods(self) -> tuple[dict[str, Any], ...]:
        return tuple(self.api.get(paths.pods(self.argo_namespace), labelSelector=CONTROLLER_LABEL)["items"])

    def controller_hosts(self) -> frozenset[str]:
        return frozenset(pod["spec"].get("nodeName", "") for pod in self.watching.controllers())

    def context(self, namespace: str, workflow: str, target: Target, journal: Journal) -> Context:
        """What a fault needs to act here."""
        return Context(
            cluster=self.cluster,
            namespace=namespace,
            workflow=workflow,
            target=target,
            journal=journal,
            cli=self.cli,
            controller_hosts=self.controller_hosts,
            settings=self.settings,
            argo_namespace=self.argo_namespace,
        )

    def nudge(self, namespace: str, workflow: str) -> None:
        """Changes an annotation of the workflow, so that the controller reconciles it once more."""
        body = {"metadata": {"annotations": {NUDGE: str(time.time())}}}
        self.api.patch(paths.workflow(namespace, workflow), body)

    def trouble(self, expected: frozenset[str] = frozenset()) -> str | None:
        """What is broken about the control plane, None if nothing: a verdict about Argo needs a sound cluster.

        `expected` are parts that a step has taken away on purpose.
        """
        try:
            lost = (part.name for part in self.cluster.health().dead if part.node is None)
            dead = [name for name in lost if name not in expected]
        except HarnessError as error:
            return f"the cluster does not answer: {error}"
        return f"the control plane has lost {', '.join(dead)}" if dead else None

    def _follow_kernel(self, kills: KernelLog) -> None:
        for kill in kills:
            seen = KernelKillSeen(received=time.monotonic(), kill=kill)
            for listener in list(self._listeners.values()):
                listener(seen)
