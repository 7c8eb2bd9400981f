"""Puts a finalizer on a pod: once deleted it stays, with its containers ended, until the finalizer is taken away.

A user meets it as a pod that is `Terminating` for ever, because the controller that owns the finalizer is gone.
"""

from harness.faults import pods
from harness.faults.context import Context, Missed, Refused
from harness.model.signs import HOLD
from harness.scenario.verbs import HoldFinalizer


def inject(context: Context, action: HoldFinalizer) -> str:
    pods.patch(context, {"metadata": {"finalizers": [HOLD]}})
    return f"finalizer {HOLD} put on pod {context.target.pod}"


def heal(context: Context, action: HoldFinalizer) -> str:
    name = context.target.pod
    try:
        pods.patch(context, {"metadata": {"$deleteFromPrimitiveList/finalizers": [HOLD]}})
    except Missed:
        return f"pod {name} is gone"
    left = pods.now(context)
    if left is not None and HOLD in left["metadata"].get("finalizers", []):
        raise Refused(f"finalizer {HOLD} is still on pod {name}")
    return f"finalizer {HOLD} taken from pod {name}"
