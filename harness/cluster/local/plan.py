"""What the cluster's first process has to run, decided outside: the inside knows nothing of Kubernetes."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A program, and what must be there before it is worth starting."""

    name: str
    argv: tuple[str, ...]
    log: str
    path: str
    """Its PATH: containerd looks up its helpers there."""
    after_ports: tuple[tuple[str, int], ...] = ()
    after_file: str | None = None
    starts: int = 1
    """How often it is started when it gives up by itself in its first seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    name: str
    index: int
    cgroup: str
    network: tuple[str, ...]
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlan:
    name: str
    cgroup: str
    run: str
    data: str
    """Where what is too big for memory lives; on the file system of the cache, for the sake of hard links."""
    kubernetes: str
    keep: tuple[str, ...]
    network: tuple[str, ...]
    relay_port: tuple[str, int]
    components: tuple[Component, ...]
    nodes: tuple[NodePlan, ...]

    def node(self, name: str) -> NodePlan:
        return next(node for node in self.nodes if node.name == name)


def write(plan: ClusterPlan, path: Path) -> None:
    path.write_text(json.dumps(dataclasses.asdict(plan), indent=1))


def read(path: Path) -> ClusterPlan:
    record = json.loads(path.read_text())
    return ClusterPlan(**_tuples(record) | {"components": _components(record), "nodes": _nodes(record)})


def _nodes(record: dict[str, Any]) -> tuple[NodePlan, ...]:
    return tuple(NodePlan(**_tuples(node) | {"components": _components(node)}) for node in record["nodes"])


def _components(record: dict[str, Any]) -> tuple[Component, ...]:
    return tuple(Component(**_tuples(component)) for component in record["components"])


def _tuples(record: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuple(value) for key, value in record.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(item) for item in value) if isinstance(value, list) else value
