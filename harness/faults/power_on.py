"""Switches a cluster node on again that an earlier step switched off."""

from harness.faults.context import Context, Missed
from harness.scenario.verbs import PowerOn


def inject(context: Context, action: PowerOn) -> str:
    host = context.host()
    if context.cluster.powered(host):
        raise Missed(f"node {host} was on already")
    context.cluster.power_on(host)
    left = context.cluster.processes_left(host)
    context.journal.node_power(host, on=context.cluster.powered(host), processes=left)
    return f"node {host} switched on"
