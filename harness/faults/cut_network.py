"""Cuts a cluster node off: its end of the cable is switched down, so no packet gets out or in.

The node itself lives, and its containers go on. A user meets it as a split network: the Node turns NotReady, its pods
are given up, and when the network comes back it shows that they had not stopped at all.
"""

from harness.faults import readiness
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import CutNetwork


def inject(context: Context, action: CutNetwork) -> str:
    host = context.host_without_controller()
    before = shown(context, host)
    if before == "cut":
        raise Missed(f"node {host} was cut off already")
    context.cluster.cut_network(host)
    context.journal.read_back(f"network of {host}", before=before, after=shown(context, host))
    return f"node {host} cut off"


def heal(context: Context, action: CutNetwork) -> str:
    host = context.host()
    if not context.cluster.powered(host):
        return f"node {host} is switched off, so it has no network"
    context.cluster.mend_network(host)
    if shown(context, host) == "cut":
        raise Refused(f"node {host} is still cut off after its cable was plugged in")
    readiness.await_ready(context.cluster.api, host)
    return f"node {host} connected and Ready"


def shown(context: Context, host: str) -> str:
    return "connected" if context.cluster.connected(host) else "cut"
