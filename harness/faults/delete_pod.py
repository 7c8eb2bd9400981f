"""Deletes a pod through the API: gracefully, with another grace period, or by force.

By force (grace 0) the object is gone at once while the kubelet still ends the containers; a user meets it as
`kubectl delete pod --force` by an impatient operator, or as the garbage collector of a lost node.
"""

from harness.cluster.api import ApiError
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import DeletePod


def inject(context: Context, action: DeletePod) -> str:
    grace = 0 if action.force else None if action.grace is None else round(action.grace)
    target = context.target
    try:
        context.cluster.api.delete(paths.pod(context.namespace, target.pod), grace=grace, uid=target.pod_uid)
    except ApiError as error:
        if error.status in (404, 409):
            raise Missed(f"pod {target.pod} (uid {target.pod_uid}) is already gone: {error}") from error
        raise Refused(f"the API refused to delete pod {target.pod}: {error}") from error
    return f"pod {target.pod} deleted, grace {'its own' if grace is None else f'{grace} s'}"
