"""What a run is told of a cluster that runs already, and what it finds there before anything is done: whether it may be
broken, its Kubernetes, its Argo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.argo import installed
from harness.cluster import kubeconfig, ownership
from harness.cluster.existing import ExistingCluster, usual_kubeconfig
from harness.cluster.ownership import Claim
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.argo.installed import Found

EXISTING = "existing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """`kubernetes` is what its API server calls itself; `argo` is None where a run installs its own."""

    claim: Claim
    kubernetes: str
    argo: Found | None = None


def claim(
    provider: str,
    file: Path | None,
    context: str | None,
    owned: str,
    *,
    cluster_faults: bool,
    nodes: int | None = None,
    clusters: int | None = None,
) -> Claim | None:
    """None for a provider that starts its clusters. Raises UsageError for options that belong to the other one."""
    if provider != EXISTING:
        given = {"--kubeconfig": file, "--context": context, "--i-own-this-cluster": owned}
        for option in (name for name, value in given.items() if value):
            raise UsageError(f"{option} is for a cluster that runs already", cure=f"say --provider {EXISTING}")
        if cluster_faults:
            raise UsageError("--allow-cluster-faults is for a cluster that runs already", cure="leave it out")
        return None
    for option in (name for name, value in {"--nodes": nodes, "--clusters": clusters}.items() if value is not None):
        raise UsageError(
            f"{option} is for clusters that the harness starts, and this one runs already", cure=f"leave {option} out"
        )
    path = file or usual_kubeconfig()
    if not context:
        known = kubeconfig.current(path)
        raise UsageError("which cluster is meant was not said", cure=f"--context {known or 'NAME'}")
    return Claim(kubeconfig=path, context=context, owned=owned, cluster_faults=cluster_faults)


def look(found: Claim, argo: Sequence[str]) -> Claimed:
    """Raises NotOurs where the cluster may not be broken; nothing is changed there."""
    words = [word for given in argo for word in given.split(",") if word]
    if installed.WORD in words and len(set(words)) > 1:
        raise UsageError(
            "--argo installed stands alone: a second controller would take up the same workflows",
            cure="one run for the installed Argo, another for releases, in a cluster without one",
        )
    cluster = ExistingCluster.attach(found)
    try:
        ownership.verify(cluster.api, found)
        there = installed.find(cluster.api) if installed.WORD in words else None
        return Claimed(claim=found, kubernetes=cluster.kubernetes, argo=there)
    finally:
        cluster.leave()
