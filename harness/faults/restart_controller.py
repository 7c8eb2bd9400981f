"""Restarts the controller as `kubectl rollout restart` does: by an annotation of the pod template.

A user meets it whenever an operator changes a setting. The new pod comes first and waits for the lease; whether the old
one gives it up depends on how the release takes SIGTERM.
"""

from datetime import UTC, datetime

from harness.faults import controllers
from harness.faults.context import Context
from harness.scenario.verbs import RestartController

ANNOTATION = "kubectl.kubernetes.io/restartedAt"


def inject(context: Context, action: RestartController) -> str:
    noted = {ANNOTATION: datetime.now(UTC).isoformat(timespec="microseconds")}
    body = {"spec": {"template": {"metadata": {"annotations": noted}}}}
    argo = controllers.of(context)
    argo.change(argo.deployment, body, "restart the controller")
    return "rollout restart of the controller"


def heal(context: Context, action: RestartController) -> str:
    """Nothing is to be undone; the roll-out must be over before anything else begins."""
    controllers.of(context).settle()
    return "the controller has been rolled out"
