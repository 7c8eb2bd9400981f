"""Signals the first process of a container from outside, as the kernel, a runtime or an operator on the node would.

A user meets it as a container that ended with 128 + signal although nobody in the cluster asked for it.
"""

import signal

from harness.faults.context import Context, Missed
from harness.model.errors import HarnessError
from harness.scenario.verbs import KillProcess


def inject(context: Context, action: KillProcess) -> str:
    if not context.target.container_id:
        raise Missed(f"pod {context.target.pod} has no running container {action.container}")
    number = signal.Signals[f"SIG{action.signal}"]
    try:
        process = context.cluster.signal_container(context.target.container_id, number)
    except ProcessLookupError as error:
        raise Missed(f"container {action.container} of {context.target.pod} has no process left ({error})") from error
    except HarnessError as error:
        raise Missed(f"container {action.container} of {context.target.pod}: {error}") from error
    return f"SIG{action.signal} to pid {process.pid} ({process.command})"
