"""A cluster of the harness as its owner would hand it to somebody: by a kubeconfig, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from harness.cluster import kubeconfig

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.protocol import Cluster


def handed_over(cluster: Cluster, path: Path, context: str, token: str = "") -> Path:
    """A kubeconfig as an administrator gives it away; without a token with all of their own rights."""
    whole = yaml.safe_load(kubeconfig.only(cluster.kubeconfig, kubeconfig.current(cluster.kubeconfig)))
    (user,), (server,) = whole["users"], whole["clusters"]
    if token:
        user = {"name": context, "user": {"token": token}}
    named = {"name": context, "context": {"cluster": server["name"], "user": user["name"]}}
    path.write_text(yaml.safe_dump({**whole, "users": [user], "contexts": [named], "current-context": context}))
    return path
