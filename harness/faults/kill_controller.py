"""Kills Argo's controller as a crash, the kernel or a lost machine would: no farewell, and the lease stays taken.

With `process` the kernel ends it and the kubelet starts it anew in its pod, under its old name, so that it has its
lease at once. With `pod` its object is removed by force, and the successor waits until the lease has run out. A user
meets it as workflows that stand still for a while. Undone when a controller serves that the kubelet owes no back-off.
"""

import signal

from harness.cluster.api import ApiError
from harness.faults import controllers
from harness.faults.context import Context, Missed, Refused
from harness.model.errors import HarnessError
from harness.scenario.verbs import KillController


def inject(context: Context, action: KillController) -> str:
    return _kill_process(context) if action.how == "process" else _delete_pod(context)


def heal(context: Context, action: KillController) -> str:
    controllers.of(context).settle()
    controllers.of(context).renew()
    return "a controller serves that was never started anew"


def _kill_process(context: Context) -> str:
    try:
        process = context.cluster.container(context.target.container_id).signal(signal.SIGKILL)
    except HarnessError as error:
        raise Missed(f"controller {context.target.pod}: {error}") from error
    return f"SIGKILL to pid {process.pid} ({process.command.split(' ')[0]}) of {context.target.pod}"


def _delete_pod(context: Context) -> str:
    target = context.target
    try:
        context.cluster.api.delete(controllers.of(context).pod(target.pod), grace=0, uid=target.pod_uid)
    except ApiError as error:
        if error.status in (404, 409):
            raise Missed(f"controller pod {target.pod} (uid {target.pod_uid}) is already gone: {error}") from error
        raise Refused(f"the API refused to delete controller pod {target.pod}: {error}") from error
    return f"controller pod {target.pod} deleted by force"
