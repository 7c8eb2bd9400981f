"""Equal parts of versions become one object: a long history shows the same node and the same container thousands of
times, and a judge keeps every version that it was shown, and asks of most whether anything is new about it.
"""

from functools import lru_cache
from typing import Final

from harness.model.objects import ClusterNode
from harness.model.pods import Container
from harness.model.workflow import Node

KEPT: Final = 4096


@lru_cache(maxsize=KEPT)
def shared_container(container: Container) -> Container:
    """The first of all that are equal to it."""
    return container


@lru_cache(maxsize=KEPT)
def shared_host(host: ClusterNode) -> ClusterNode:
    return host


@lru_cache(maxsize=KEPT)
def shared_node(node: Node) -> Node:
    return node
