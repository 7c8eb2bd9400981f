"""Changes of the one pod that a step aims at: one of the same name and another UID is never touched."""

from typing import Any, Final

from harness.cluster.api import ApiError, PatchKind
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused

_GONE: Final = (404, 409)


def patch(
    context: Context, body: dict[str, Any], kind: PatchKind = PatchKind.STRATEGIC, part: str = ""
) -> dict[str, Any]:
    """What the pod is then. Raises Missed where it is gone, Refused where the API says no."""
    target = context.target
    same = {**body, "metadata": {**body.get("metadata", {}), "uid": target.pod_uid}}
    try:
        return context.cluster.api.patch(paths.pod(context.namespace, target.pod) + part, same, kind)
    except ApiError as error:
        if error.status in _GONE:
            raise Missed(f"pod {target.pod} (uid {target.pod_uid}) is already gone: {error}") from error
        raise Refused(f"the API refused to change pod {target.pod}: {error}") from error


def now(context: Context) -> dict[str, Any] | None:
    """None where the pod is gone."""
    target = context.target
    try:
        found = context.cluster.api.get(paths.pod(context.namespace, target.pod))
    except ApiError as error:
        if error.status == 404:
            return None
        raise Refused(f"pod {target.pod} could not be read: {error}") from error
    return found if found["metadata"]["uid"] == target.pod_uid else None
