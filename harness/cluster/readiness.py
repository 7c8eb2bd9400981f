"""When a cluster is usable: its API answers, every node is Ready, and pods can be made in the default namespace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from harness.cluster.api import Api, ApiError, ApiUnavailable
from harness.cluster.kernel import inotify
from harness.cluster.protocol import ComponentHealth
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from harness.cluster.protocol import ClusterHealth

_LOOK = 0.05
"""Seconds between looks at an API server that does not answer yet: before it does, there is nothing to watch."""
_TAIL = 1500
_SEARCHED = 1 << 18
"""Characters at the end of each log that are searched for a known cause."""


class Readiness:
    """One wait with one deadline; what it saw last goes into the message if it gives up."""

    def __init__(self, api: Api, health: Callable[[], ClusterHealth], logs: Path, timeout: float) -> None:
        self._api = api
        self._health = health
        self._logs = logs
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._seen = "nothing yet"
        self._alive: set[tuple[str | None, str]] = set()
        """What was alive once, and so must not be dead later."""

    def await_usable(self, nodes: Iterable[str]) -> None:
        self._await_api()
        self.await_ready(nodes)
        self._follow("/api/v1/namespaces/default/serviceaccounts", "the default service account", _default_account)

    def await_ready(self, nodes: Iterable[str]) -> None:
        missing = set(nodes)

        def ready(node: dict[str, Any]) -> bool:
            name, state = node["metadata"]["name"], _state(node)
            self._seen = f"{name}: {state}"
            if state == "Ready":
                missing.discard(name)
            return not missing

        self._follow("/api/v1/nodes", "all nodes Ready", ready)

    def await_daemons(self, number: int) -> None:
        """Where there is a kube-proxy, on every node: without it no pod finds the API server."""

        def ready(daemons: dict[str, Any]) -> bool:
            name, state = daemons["metadata"]["name"], daemons.get("status", {})
            self._seen = f"{name}: {state.get('numberReady', 0)} of {number} ready"
            return bool(name == "kube-proxy" and state.get("numberReady", 0) >= number)

        self._follow("/apis/apps/v1/namespaces/kube-system/daemonsets", "kube-proxy on every node", ready)

    def _await_api(self) -> None:
        while True:
            try:
                self._api.text("/readyz")
            except ApiError as error:
                self._seen = str(error)
            else:
                return
            self._check("the API server to be ready")
            time.sleep(_LOOK)

    def _follow(self, path: str, what: str, done: Callable[[dict[str, Any]], bool]) -> None:
        while True:
            try:
                if self._watch(path, done):
                    return
            except ApiUnavailable as error:
                self._seen = str(error)
            self._check(what)

    def _watch(self, path: str, done: Callable[[dict[str, Any]], bool]) -> bool:
        """Without a version a watch begins with what is there. It ends each second, for a look at the health."""
        with self._api.watch(path, resource_version=None, timeout=1) as watch:
            return any(line.type in ("ADDED", "MODIFIED") and done(line.object) for line in watch)

    def _check(self, what: str) -> None:
        health = self._health()
        self._alive |= {(part.node, part.name) for part in health.components if part.alive}
        died = [part for part in health.dead if part.detail or (part.node, part.name) in self._alive]
        if died:
            ending = died[0].detail or "is dead"
            raise ClusterFailed(
                f"waited for {what}, but {died[0]} {ending}; {self._tail(died[0])}", cure=self._known_cure()
            )
        if time.monotonic() > self._deadline:
            suspect = health.dead[0] if health.dead else _API_SERVER
            raise ClusterFailed(
                f"waited {self._timeout:.0f} s for {what}; last seen: {self._seen}; {health}; {self._tail(suspect)}",
                cure=self._known_cure() or "see whether the machine is busy with something else, then try again",
            )

    def _known_cure(self) -> str | None:
        """A part that lacks what the kernel gives may be alive, and another one wait for it: every log is asked."""
        logs = (path.read_text(errors="replace")[-_SEARCHED:] for path in self._logs.glob("*.log"))
        return inotify.explained() if any(map(inotify.ran_out, logs)) else None

    def _tail(self, part: ComponentHealth) -> str:
        own = self._logs / (f"{part.node}-{part.name}.log" if part.node else f"{part.name}.log")
        path = own if own.exists() else self._logs / "keeper.log"
        text = path.read_text(errors="replace")[-_TAIL:].strip() if path.exists() else ""
        return f"end of {path.name}: {text or '(empty)'}"


_API_SERVER = ComponentHealth(name="kube-apiserver", node=None, alive=True)


def _state(node: dict[str, Any]) -> str:
    """Ready means that pods can go there: a node says so a moment before the last of its taints is taken away."""
    conditions = node.get("status", {}).get("conditions", ())
    ready = next((entry["status"] for entry in conditions if entry["type"] == "Ready"), "unknown")
    if ready != "True":
        return f"not Ready ({ready})"
    taints = [taint["key"] for taint in node["spec"].get("taints", ()) if taint["key"].startswith(_STATE_TAINTS)]
    return f"Ready, but tainted: {', '.join(taints)}" if taints else "Ready"


_STATE_TAINTS = "node.kubernetes.io/"


def _default_account(account: dict[str, Any]) -> bool:
    return bool(account["metadata"]["name"] == "default")
