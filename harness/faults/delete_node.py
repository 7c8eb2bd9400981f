"""Deletes the Node object of a machine that lives on, as a cloud's controller does with one that it takes back.

A user meets it as pods that are collected as orphans though their containers run. A kubelet registers its node only
when it starts, so that is how it is healed.
"""

from harness.cluster.api import ApiError, ApiNotFound
from harness.faults import components, paths, readiness
from harness.faults.context import Context, Missed, Refused
from harness.faults.stop_kubelet import NAME
from harness.scenario.verbs import DeleteNode


def inject(context: Context, action: DeleteNode) -> str:
    host = context.host_without_controller()
    try:
        context.cluster.api.delete(paths.node(host))
    except ApiNotFound as error:
        raise Missed(f"there is no Node {host} any more") from error
    except ApiError as error:
        raise Refused(f"the API refused to delete Node {host}: {error}") from error
    return f"Node {host} deleted"


def heal(context: Context, action: DeleteNode) -> str:
    host = context.host()
    if not _there(context, host):
        if components.shown(context.cluster.component(NAME, host)) != components.GONE:
            context.cluster.kill_component(NAME, host)
            components.await_state(context, NAME, host, components.GONE)
        components.resume(context, NAME, host)
    readiness.await_ready(context.cluster.api, host)
    return f"Node {host} is registered and Ready"


def _there(context: Context, host: str) -> bool:
    try:
        context.cluster.api.get(paths.node(host))
    except ApiNotFound:
        return False
    return True
