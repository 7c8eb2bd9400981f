"""Orders to the first process inside a cluster, over its socket."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

from harness.cluster.protocol import ClusterHealth, ComponentHealth, ComponentProcess
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.local.plan import ClusterPlan, NodePlan

_ANSWER_WITHIN = 30.0


def order(address: Path, **what: str) -> dict[str, Any]:
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(_ANSWER_WITHIN)
            link.connect(str(address))
            link.sendall(json.dumps(what).encode() + b"\n")
            line = link.makefile("rb").readline()
    except OSError as error:
        raise ClusterFailed(f"the cluster's first process does not answer: {error}") from error
    if not line:
        raise ClusterFailed("the cluster's first process ended while it was asked something")
    answer: dict[str, Any] = json.loads(line)
    if complaint := answer.get("error"):
        raise ClusterFailed(f"the cluster could not do {' '.join(what.values()).strip()}: {complaint}")
    return answer


def health(address: Path, plan: ClusterPlan) -> ClusterHealth:
    try:
        status = order(address, do="status")
    except ClusterFailed:
        return ClusterHealth(components=(ComponentHealth(name="init", node=None, alive=False),))
    failures = (ComponentHealth(name="start", node=None, alive=False, detail=text) for text in status["failures"])
    control_plane = tuple(_component(record) for record in status["components"])
    nodes = (part for record in status["nodes"] for part in _node(plan.node(record["name"]), record))
    return ClusterHealth(components=(*failures, *control_plane, *nodes))


def powered(address: Path, node: str) -> bool:
    return any(record["name"] == node and record["powered"] for record in order(address, do="status")["nodes"])


def cabled(address: Path, node: str) -> bool:
    return any(record["name"] == node and record["cabled"] for record in order(address, do="status")["nodes"])


def frozen(address: Path, node: str) -> bool:
    return bool(order(address, do="frozen", node=node)["frozen"])


def component(address: Path, name: str, node: str) -> ComponentProcess:
    answer = order(address, do="component", component=name, node=node)
    return ComponentProcess(name=name, node=node, pid=answer["pid"] or None, state=answer["state"])


def processes(address: Path, node: str) -> int:
    """How many of the node's own programs are alive."""
    nodes = order(address, do="status")["nodes"]
    return sum(len(record["alive"]) for record in nodes if record["name"] == node)


def _component(record: dict[str, Any]) -> ComponentHealth:
    alive = record["started"] and record["exit_code"] is None
    detail = f"ended with {record['exit_code']}" if record["started"] and not alive else ""
    return ComponentHealth(name=record["name"], node=None, alive=alive, detail=detail)


def _node(node: NodePlan, record: dict[str, Any]) -> tuple[ComponentHealth, ...]:
    """A node that is switched off has no parts that could be dead."""
    if not record["powered"]:
        return ()
    names = (component.name for component in node.components)
    return tuple(ComponentHealth(name=name, node=node.name, alive=name in record["alive"]) for name in names)
