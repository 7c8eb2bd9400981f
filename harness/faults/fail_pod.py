"""Writes phase Failed into a pod's status through the subresource `pods/status`.

So does the kubelet's eviction manager, with reason Evicted, and whoever cleans up after a lost node. A kubelet that
lives either takes the containers of such a pod down, or writes Running over it again, which no real pod ever does after
Failed; switch the node off before where that matters. A user meets it as `Evicted` pods after pressure on a node.
"""

from harness.faults import pods
from harness.faults.context import Context
from harness.scenario.verbs import FailPod


def inject(context: Context, action: FailPod) -> str:
    status = {"phase": "Failed", "reason": action.reason, "message": action.message}
    pods.patch(context, {"status": status}, part="/status")
    return f"phase of pod {context.target.pod} written to Failed ({action.reason})"
