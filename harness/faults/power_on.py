"""Switches a cluster node on again that an earlier step switched off."""

from harness.faults.context import Context
from harness.scenario.verbs import PowerOn


def inject(context: Context, action: PowerOn) -> str:
    host = context.host()
    context.cluster.power_on(host)
    context.journal.node_power(host, on=True, processes=0)
    return f"node {host} switched on"
