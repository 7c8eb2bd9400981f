"""Out of memory: the kernel kills a process of the container because its memory cgroup is full.

A user meets it as reason `OOMKilled` and exit code 137. The workload itself outgrows its limit, so there is nothing to
call here: the step waits for the kernel's record of the kill and for the exit that the kubelet reports.
"""

from harness.faults.context import Context
from harness.scenario.verbs import Oom


def inject(context: Context, action: Oom) -> str:
    container = context.target.container_id
    limit = context.cluster.container(container).memory().limit
    return f"container {action.container} of {context.target.pod} runs under a memory limit of {limit} bytes"
