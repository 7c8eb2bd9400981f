"""The same cluster with the rights of a reader: what the API server then refuses, it refuses for good."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from harness.cluster import kubeconfig
from harness.cluster.existing import ExistingCluster
from harness.cluster.ownership import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.protocol import Cluster

NAME: Final = "shakedown-reader"
RBAC: Final = "/apis/rbac.authorization.k8s.io/v1"
ACCOUNTS: Final = "/api/v1/namespaces/default/serviceaccounts"
READS: Final = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
ASKS: Final = {"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]}


@contextlib.contextmanager
def of(cluster: Cluster) -> Iterator[ExistingCluster]:
    with tempfile.TemporaryDirectory(prefix="shakedown-bench-") as folder:
        file = Path(folder) / "kubeconfig"
        file.write_text(yaml.safe_dump(access(cluster, token(cluster))))
        reader = ExistingCluster.attach(Claim(kubeconfig=file, context=NAME))
        try:
            yield reader
        finally:
            reader.close()


def token(cluster: Cluster) -> str:
    api = cluster.api
    api.create(ACCOUNTS, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": NAME}})
    api.create(f"{RBAC}/clusterroles", {"metadata": {"name": NAME}, "rules": [READS, ASKS]})
    bound: dict[str, Any] = {
        "metadata": {"name": NAME},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": NAME},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": "default"}],
    }
    api.create(f"{RBAC}/clusterrolebindings", bound)
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    return str(api.create(f"{ACCOUNTS}/{NAME}/token", asked)["status"]["token"])


def access(cluster: Cluster, given: str) -> dict[str, Any]:
    """A kubeconfig with the token, and nothing of what the cluster's owner has."""
    whole = yaml.safe_load(kubeconfig.only(cluster.kubeconfig, kubeconfig.current(cluster.kubeconfig)))
    (server,) = whole["clusters"]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [server],
        "users": [{"name": NAME, "user": {"token": given}}],
        "contexts": [{"name": NAME, "context": {"cluster": server["name"], "user": NAME}}],
        "current-context": NAME,
    }
