"""Evicts one pod through the Eviction API, as a drain, a cluster autoscaler or a descheduler does.

The API server marks the pod with the condition `DisruptionTarget` and deletes it with its grace period, unless a
PodDisruptionBudget says no. A user meets it whenever somebody upgrades or shrinks the cluster.
"""

from harness.cluster.api import ApiError
from harness.faults import eviction
from harness.faults.context import Context, Missed, Refused
from harness.faults.eviction import Fate
from harness.scenario.verbs import EvictPod


def inject(context: Context, action: EvictPod) -> str:
    target, api = context.target, context.cluster.api
    try:
        fate = eviction.evict(
            api, context.namespace, target.pod, target.pod_uid, grace=action.grace, patience=action.patience
        )
    except ApiError as error:
        within = f" for {action.patience:g} s" if error.status == eviction.TOO_MANY else ""
        raise Refused(f"the eviction of pod {target.pod} was refused{within}: {error}") from error
    if fate is not Fate.EVICTED:
        raise Missed(f"pod {target.pod} (uid {target.pod_uid}) was {fate} it could be evicted")
    return f"pod {target.pod} evicted, grace {'its own' if action.grace is None else f'{round(action.grace)} s'}"
