"""The gate before every fault: a cluster that the harness did not start is only broken where its owner has said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.cluster import ownership
from harness.cluster.existing import ExistingCluster
from harness.cluster.ownership import NotOurs
from harness.faults import installing, permissions
from harness.scenario.lint.providers import LACKING
from harness.scenario.verbs import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.argo.build import ArgoBuild
    from harness.argo.installed import Found
    from harness.cluster.ownership import Claim
    from harness.cluster.protocol import Cluster
    from harness.scenario.verbs import Verb

OWN: Final = frozenset({"local", "kind"})
"""Providers whose clusters the harness starts and ends itself."""


def permit(cluster: Cluster, action: Verb | None, claim: Claim | None) -> None:
    """Returns where the action may be done (None: where one may look and run workflows). Raises NotOurs or Forbidden,
    and nothing has been touched then."""
    if cluster.provider in OWN:
        return
    if claim is None:
        raise NotOurs(f"nothing says that cluster {cluster.name} may be broken")
    ownership.verify(cluster.api, claim)
    if action is not None:
        _refuse_reach(action, claim)
        _refuse_lacking(action, cluster)
    permissions.demand(cluster.api, permissions.wanted([type(action)] if action else [], running=action is None))


def permit_all(claim: Claim, actions: Iterable[Verb], installed: Found | None, builds: Iterable[ArgoBuild]) -> None:
    """Returns where a run may do all of this, with the Argo that is installed or else one of these of its own. Raises
    NotOurs or Forbidden, and nothing has been touched then."""
    cluster = ExistingCluster.attach(claim)
    try:
        ownership.verify(cluster.api, claim)
        for action in (done := list(actions)):
            _refuse_reach(action, claim)
            _refuse_lacking(action, cluster)
        chosen = {type(action) for action in done}
        if installed is None:
            permissions.demand(cluster.api, installing.wanted(chosen, builds))
        else:
            rules = permissions.wanted(chosen, argo_namespace=installed.namespace)
            permissions.demand(cluster.api, (*rules, *permissions.LOOKING))
    finally:
        cluster.leave()


def _refuse_reach(action: Verb, claim: Claim) -> None:
    if action.scope is Scope.NAMESPACE or claim.cluster_faults:
        return
    raise NotOurs(
        f"{_named(action)} reaches beyond its namespace (scope {action.scope}) in a cluster that others may use too",
        cure="only if everybody there can bear it: --allow-cluster-faults (shakedown_allow_cluster_faults: true)",
    )


def _refuse_lacking(action: Verb, cluster: Cluster) -> None:
    lacking = LACKING.get(cluster.provider, {})
    for need in sorted(action.needs & lacking.keys()):
        raise NotOurs(f"{_named(action)} cannot be done in cluster {cluster.name}: {lacking[need]}")


def _named(action: Verb) -> str:
    return type(action).__name__
