"""What all faults of the API proxy share: they stand by an id of their own, are told of touch by touch, and are lifted.

A fault is meant for the service account of Argo's controller, so requests of others that come by are none of its
business; and for the workflow's namespace, or for Argo's own, where the controller keeps its lease.
"""

import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.cluster.apifaults import ANY, ApiFault, ApiTouch
from harness.faults import controllers
from harness.faults.context import Context, Journal, Missed, Refused
from harness.model.api import Deed
from harness.scenario.verbs import ApiVerb

NAMESPACE: Final = "argo"
USER: Final = f"system:serviceaccount:{NAMESPACE}:argo"
LEASES: Final = "leases"


def remember(context: Context, action: ApiVerb) -> Mapping[str, str]:
    return {"fault": f"{context.namespace}-{uuid.uuid4().hex[:12]}"}


def stand(context: Context, action: ApiVerb, deed: Deed, **more: Any) -> str:
    """What it touches goes into the history as it happens, whenever that is."""
    proxy, pod = context.cluster.api_proxy(), context.target.pod
    if pod not in proxy.clients():
        raise Missed(
            f"controller {pod or '(none)'} does not go through the API proxy of cluster {context.cluster.name}",
            cure="in a cluster of your own, start it with --api-proxy before Argo is installed",
        )
    fault = ApiFault(
        id=context.remembered["fault"],
        deed=deed,
        user=USER,
        namespaces=(context.namespace, NAMESPACE),
        verbs=action.verbs,
        resources=action.resources,
        times=action.times,
        **more,
    )
    touches = proxy.stand(fault)
    threading.Thread(target=_follow, args=(touches, context.journal), name="api-touches", daemon=True).start()
    return f"{deed} {','.join(action.verbs)} {','.join(action.resources)} of {pod}"


def heal(context: Context, action: ApiVerb) -> str:
    proxy, fault = context.cluster.api_proxy(), context.remembered["fault"]
    lifted = proxy.lift(fault)
    if lifted.owing:
        raise Refused(f"the controller has not listed anew, or does not watch again: {', '.join(lifted.owing)}")
    if fault in proxy.standing():
        raise Refused("the API proxy still does it")
    if LEASES in action.resources or ANY in action.resources:
        controllers.of(context).settle()
    return f"{lifted.touched} were touched, and none is any more" if lifted.known else "it was over"


def _follow(touches: Iterator[ApiTouch], journal: Journal) -> None:
    for touch in touches:
        journal.api_touched(touch)
