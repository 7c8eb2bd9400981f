"""Stops containerd on a cluster node while its containers go on: their shims hold them.

A user meets it as a runtime that hangs or has crashed: no container starts or is ended there, pods stay in the state in
which they were seen last, and only after half a minute the Node turns NotReady.
"""

from harness.faults import components, readiness
from harness.faults.context import Context
from harness.scenario.verbs import StopRuntime

NAME = "containerd"


def inject(context: Context, action: StopRuntime) -> str:
    return components.stop(context, NAME, context.host_without_controller(), action.how)


def heal(context: Context, action: StopRuntime) -> str:
    host = context.host()
    if not context.cluster.powered(host):
        return f"node {host} is switched off, and its container runtime with it"
    done = components.resume(context, NAME, host)
    readiness.await_ready(context.cluster.api, host)
    return f"{done} and the node is Ready"
