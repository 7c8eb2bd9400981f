"""Addresses of the embedded cluster. Every cluster has its own network namespace, so all of them use the same ones.

They come from 198.18.0.0/15, which is reserved for test networks. The service address of the API server is simply
an address of the bridge, and the API server listens on 443: no packet filter and no proxy is needed.
"""

from __future__ import annotations

GATEWAY = "198.18.0.1"
"""The cluster's bridge: the API server for nodes, the router for pods."""
SERVICE_RANGE = "198.19.0.0/24"
API_SERVICE = "198.19.0.1"
"""What the `kubernetes` service gets: the first address of the range."""
NO_DNS = "198.19.0.10"
"""Nobody answers there: a look-up fails at once, and the kubelet does not warn about a missing name server."""
API_PORT = 443
PROXY_PORT = 6443
"""On the gateway, for the one client that goes through the API proxy."""
BRIDGE_HARDWARE = "02:00:00:00:01:00"
"""Fixed: else a bridge takes the lowest address of its ports, and a node that goes would change it for all."""


def node_address(index: int) -> str:
    return f"198.18.0.{10 + index}"


def pod_range(index: int) -> str:
    return f"198.18.{100 + index}.0/24"


def cluster_commands(nodes: int) -> tuple[str, ...]:
    """Commands for `ip -batch` in the cluster's namespace."""
    routes = (f"route add {pod_range(i)} via {node_address(i)} dev sd0" for i in range(1, nodes + 1))
    return (
        "link set lo up",
        f"link add sd0 address {BRIDGE_HARDWARE} type bridge",
        "link set sd0 up",
        f"addr add {GATEWAY}/24 dev sd0",
        f"addr add {API_SERVICE}/32 dev sd0",
        *routes,
    )


def plug_commands(index: int, pid: int) -> tuple[str, ...]:
    """A cable from the bridge to the node. Its address stays over a power cut, or neighbours would ask the old one."""
    hardware = f"02:00:00:00:00:{index:02x}"
    return (
        f"link add {cable(index)} type veth peer name eth0 address {hardware} netns {pid}",
        f"link set {cable(index)} master sd0 up",
    )


def unplug_commands(index: int) -> tuple[str, ...]:
    return (f"link del {cable(index)}",)


def cable(index: int) -> str:
    """The bridge's end of the node's cable."""
    return f"n{index}"


def switch_commands(index: int, *, up: bool) -> tuple[str, ...]:
    """The node keeps its addresses and its pods; nothing gets through its cable."""
    return (f"link set {cable(index)} {'up' if up else 'down'}",)


def node_commands(index: int) -> tuple[str, ...]:
    """Commands for `ip -batch` in the node's own namespace."""
    return (
        "link set lo up",
        f"addr add {node_address(index)}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {GATEWAY}",
    )
