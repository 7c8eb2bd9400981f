"""Switches a cluster node off: kubelet, container runtime and every container die in the same moment.

A user meets it as a lost spot instance or a kernel panic: the Node turns NotReady after the monitor's grace period,
its pods keep their last state until somebody deletes them.
"""

from harness.faults import readiness
from harness.faults.context import Context
from harness.scenario.verbs import PowerOff


def inject(context: Context, action: PowerOff) -> str:
    host = context.host_without_controller()
    context.cluster.power_off(host)
    done = f"node {host} switched off"
    context.journal.accepted(done)
    left = context.cluster.processes_left(host)
    context.journal.node_power(host, on=context.cluster.powered(host), processes=left)
    return done


def heal(context: Context, action: PowerOff) -> str:
    host = context.host()
    if not context.cluster.powered(host):
        context.cluster.power_on(host)
    readiness.await_ready(context.cluster.api, host)
    return f"node {host} switched on and Ready"
