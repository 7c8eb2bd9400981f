"""A heal is only done when the cluster says so: a node is whole again when it is Ready."""

from harness.cluster import waiting
from harness.cluster.api import Api

NODES = "/api/v1/nodes"
PATIENCE = 60.0
"""Seconds for a node to become Ready again; it takes about one, and some ten on a starved machine."""


def await_ready(api: Api, host: str) -> None:
    """Raises GaveUpWaiting with what was seen last."""
    ready = waiting.holds("Ready")
    waiting.until_all(api, NODES, {host}, ready, seconds=PATIENCE, what=f"node {host} to be Ready again")
