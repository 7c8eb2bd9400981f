"""Puts a taint on a cluster node. With NoExecute its pods are deleted at once: no eviction, no disruption budget.

A user meets it as spot instances that are about to go, and as operators who clear a node of one kind of pod.
"""

from collections.abc import Mapping
from typing import Any

import tenacity

from harness.cluster.api import ApiConflict, ApiError
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import TaintNode

THERE = "there"
Taints = list[dict[str, Any]]


def remember(context: Context, action: TaintNode) -> Mapping[str, str]:
    return {THERE: str(any(map(_same(action), _taints(context, context.host()))))}


def inject(context: Context, action: TaintNode) -> str:
    host = context.host_without_controller() if action.effect == "NoExecute" else context.host()
    taint = {"key": action.key, "value": action.value, "effect": action.effect}
    if any(map(_same(action), _taints(context, host))):
        raise Missed(f"node {host} has a taint {action.key}:{action.effect} already")
    _change(context, host, action, [taint])
    return f"node {host} tainted {action.key}={action.value}:{action.effect}"


def heal(context: Context, action: TaintNode) -> str:
    host = context.host()
    if context.remembered.get(THERE) == str(True):
        return f"node {host} had the taint {action.key}:{action.effect} before, and keeps it"
    _change(context, host, action, [])
    if any(map(_same(action), _taints(context, host))):
        raise Refused(f"node {host} still has the taint {action.key}:{action.effect}")
    return f"node {host} has no taint {action.key}:{action.effect}"


def _same(action: TaintNode) -> Any:
    return lambda taint: (taint["key"], taint["effect"]) == (action.key, action.effect)


def _taints(context: Context, host: str) -> Taints:
    found: Taints = context.cluster.api.get(paths.node(host))["spec"].get("taints", [])
    return found


@tenacity.retry(retry=tenacity.retry_if_exception_type(ApiConflict), stop=tenacity.stop_after_attempt(10), reraise=True)
def _change(context: Context, host: str, action: TaintNode, instead: Taints) -> None:
    """The list is replaced as a whole, so nobody else may have changed it in between."""
    node = context.cluster.api.get(paths.node(host))
    kept = [taint for taint in node["spec"].get("taints", []) if not _same(action)(taint)]
    version = {"resourceVersion": node["metadata"]["resourceVersion"]}
    try:
        context.cluster.api.patch(paths.node(host), {"metadata": version, "spec": {"taints": kept + instead}})
    except ApiConflict:
        raise
    except ApiError as error:
        raise Refused(f"the API refused to change the taints of node {host}: {error}") from error
