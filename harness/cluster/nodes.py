"""What every cluster of the harness says alike of its nodes: which there are, and that one of them is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def known(node: str, nodes: Sequence[str], cluster: str) -> str:
    """The node itself. Raises UsageError where the cluster has none of that name."""
    if node not in nodes:
        raise UsageError(f"cluster {cluster} has no node {node!r}; it has: {', '.join(nodes)}")
    return node


def asked(on: Sequence[str], cluster: str) -> Sequence[str]:
    """Nodes that can be asked for something that all of them must have: of none everything would be true.

    Raises ClusterFailed where none is on.
    """
    if not on:
        raise ClusterFailed(f"no node of cluster {cluster} is on, so none can be asked", cure="switch one on")
    return on
