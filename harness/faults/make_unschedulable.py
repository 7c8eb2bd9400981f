"""Cordons every cluster node, so that the scheduler finds no place for a new pod.

A user meets it as a step that stays Pending: no room, no node of the wanted kind, an autoscaler that does not come.
"""

import json
from collections.abc import Mapping

from harness.cluster.api import ApiError
from harness.faults import drain, paths
from harness.faults.context import Context, Refused
from harness.scenario.verbs import MakeUnschedulable


def remember(context: Context, action: MakeUnschedulable) -> Mapping[str, str]:
    return {"schedulable": json.dumps(_schedulable(context))}


def inject(context: Context, action: MakeUnschedulable) -> str:
    for host in context.cluster.nodes():
        drain.cordon(context, host, unschedulable=True)
    return f"cordoned {', '.join(context.cluster.nodes())}"


def heal(context: Context, action: MakeUnschedulable) -> str:
    hosts: list[str] = json.loads(context.remembered["schedulable"])
    for host in hosts:
        drain.cordon(context, host, unschedulable=False)
    if left := set(hosts) - set(_schedulable(context)):
        raise Refused(f"{', '.join(sorted(left))} is still cordoned after it was uncordoned")
    return f"{', '.join(hosts) or 'nothing'} schedulable again"


def _schedulable(context: Context) -> list[str]:
    try:
        listed = context.cluster.api.get(paths.nodes())["items"]
    except ApiError as error:
        raise Refused(f"the API refused to list the nodes: {error}") from error
    return [item["metadata"]["name"] for item in listed if not item["spec"].get("unschedulable")]
