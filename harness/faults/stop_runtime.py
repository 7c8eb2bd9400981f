"""Stops containerd on a cluster node while its containers go on: their shims hold them.

A user meets it as a runtime that hangs or has crashed: no container starts or is ended there, pods stay in the state in
which they were seen last, and only after half a minute the Node turns NotReady.
"""

from harness.faults import components
from harness.faults.context import Context
from harness.scenario.verbs import StopRuntime

NAME = "containerd"


def inject(context: Context, action: StopRuntime) -> str:
    return components.stop(context, NAME, context.host_without_controller(), action.how)


def heal(context: Context, action: StopRuntime) -> str:
    return components.resume_on_node(context, NAME, "container runtime")
