"""Switches a cluster node on again that an earlier step switched off."""

from harness.faults.context import Context
from harness.scenario.verbs import PowerOn


def inject(context: Context, action: PowerOn) -> str:
    host = context.host()
    context.cluster.power_on(host)
    left = context.cluster.processes_left(host)
    context.journal.node_power(host, on=context.cluster.powered(host), processes=left)
    return f"node {host} switched on"
