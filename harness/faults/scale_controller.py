"""Scales the controller's Deployment: to 0 nobody reconciles, to 2 one leads and one stands by.

A user meets it as an upgrade by way of 0, or as the high-availability set-up of Argo's documentation.
"""

from collections.abc import Mapping

from harness.faults import controllers
from harness.faults.context import Context, Refused
from harness.scenario.verbs import ScaleController


def remember(context: Context, action: ScaleController) -> Mapping[str, str]:
    return {"replicas": str(controllers.of(context).replicas())}


def inject(context: Context, action: ScaleController) -> str:
    _scale(context, action.replicas)
    return f"controller scaled to {action.replicas}"


def heal(context: Context, action: ScaleController) -> str:
    wanted = int(context.remembered["replicas"])
    _scale(context, wanted)
    seen = controllers.of(context).replicas()
    if seen != wanted:
        raise Refused(f"the controller is scaled to {seen} after it was scaled back to {wanted}")
    controllers.of(context).settle()
    return f"controller scaled back to {wanted}"


def _scale(context: Context, number: int) -> None:
    body = {"spec": {"replicas": number}}
    argo = controllers.of(context)
    argo.change(argo.scale, body, f"scale the controller to {number}")
