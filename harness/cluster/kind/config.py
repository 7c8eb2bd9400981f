"""What kind is told about a cluster: `manifests/kind/cluster.yaml` with the image and the number of workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

if TYPE_CHECKING:
    from harness.cluster.protocol import ClusterSpec

TEMPLATE: Final = Path(__file__).parents[3] / "manifests" / "kind" / "cluster.yaml"
IMAGE_VARIABLE: Final = "KIND_NODE_IMAGE"
PLACE: Final = "{kubernetes}"
"""Where in `KIND_NODE_IMAGE` the release of Kubernetes goes, so that one setting serves a run on several."""


def node_image(kubernetes: str) -> str:
    """The image of the nodes, by default the one that kind publishes for this Kubernetes."""
    return (os.environ.get(IMAGE_VARIABLE) or f"kindest/node:{PLACE}").replace(PLACE, kubernetes)


def render(spec: ClusterSpec) -> str:
    """One control plane, which runs nothing else, and as many workers as the cluster is to have nodes."""
    text = TEMPLATE.read_text(encoding="utf-8").replace("$NODE_IMAGE", f'"{node_image(spec.kubernetes)}"')
    whole = yaml.safe_load(text)
    control_planes = [node for node in whole["nodes"] if node["role"] == "control-plane"]
    (worker,) = (node for node in whole["nodes"] if node["role"] == "worker")
    return yaml.safe_dump({**whole, "nodes": [*control_planes, *(dict(worker) for _ in range(spec.nodes))]})
