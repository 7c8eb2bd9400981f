"""Freezes a cluster node: nothing on it runs, and nothing on it is told that time goes by.

A user meets it as a virtual machine that is paused, snapshotted or migrated, or as a hypervisor without time for it:
the Node turns Unknown, its pods are given up, and then it all goes on, with clocks, leases and connections of before.
"""

from harness.faults import readiness
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import FreezeNode


def inject(context: Context, action: FreezeNode) -> str:
    host = context.host_without_controller()
    if not context.cluster.powered(host):
        raise Missed(f"node {host} is switched off")
    before = shown(context, host)
    if before == "frozen":
        raise Missed(f"node {host} was frozen already")
    context.cluster.freeze_node(host)
    context.journal.read_back(f"node {host}", before=before, after=shown(context, host))
    return f"node {host} frozen"


def heal(context: Context, action: FreezeNode) -> str:
    host = context.host()
    if not context.cluster.powered(host):
        return f"node {host} is switched off, so nothing of it is frozen"
    context.cluster.thaw_node(host)
    if shown(context, host) == "frozen":
        raise Refused(f"node {host} is still frozen after it was let go on")
    readiness.await_ready(context.cluster.api, host)
    return f"node {host} goes on and is Ready"


def shown(context: Context, host: str) -> str:
    return "frozen" if context.cluster.frozen(host) else "running"
