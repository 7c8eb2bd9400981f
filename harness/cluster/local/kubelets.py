"""The settings of a node's kubelet, on disk: it reads them when it starts and never again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.cluster.local.layout import Layout

FILE = "kubelet.json"


def settings(layout: Layout, node: str) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads((layout.node(node) / FILE).read_text())
    except (OSError, ValueError) as error:
        raise ClusterFailed(f"the settings of the kubelet of {node} cannot be read: {error}") from error
    return read


def change(layout: Layout, node: str, changes: Mapping[str, Any]) -> None:
    """Replaces the file as a whole; None takes a setting away."""
    merged = {key: value for key, value in (settings(layout, node) | dict(changes)).items() if value is not None}
    path = layout.node(node) / FILE
    partly = path.with_suffix(".part")
    partly.write_text(json.dumps(merged))
    partly.replace(path)
