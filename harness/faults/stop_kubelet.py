"""Stops the kubelet of a cluster node while its containers go on.

A user meets it as a node under so much load that its kubelet gets no time, or as one whose kubelet crashed: the Node
turns NotReady and its pods are given up, though nothing has ended them.
"""

from harness.faults import components
from harness.faults.context import Context
from harness.scenario.verbs import StopKubelet

NAME = "kubelet"


def inject(context: Context, action: StopKubelet) -> str:
    return components.stop(context, NAME, context.host_without_controller(), action.how)


def heal(context: Context, action: StopKubelet) -> str:
    return components.resume_on_node(context, NAME, "kubelet")
