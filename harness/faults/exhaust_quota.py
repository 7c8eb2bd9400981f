"""Puts a ResourceQuota on the namespace that is used up already: the API server refuses the next pod.

A user meets it as `exceeded quota` in a namespace that is shared with others, at any moment of a workflow.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from harness.cluster.api import ApiConflict, ApiError, ApiNotFound
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.model.signs import QUOTA
from harness.scenario.verbs import ExhaustQuota

ACCEPTED: Final = "another pod is accepted"
REFUSED: Final = f"exceeded quota: {QUOTA}"
_WITHIN: Final = 10.0
_LOOK: Final = 0.01
"""Seconds between looks: admission keeps a copy of the quotas and tells nobody how old it is."""
_TRIAL: Final[dict[str, Any]] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "shakedown-trial"},
    "spec": {"containers": [{"name": "main", "image": "alpine:3.18"}]},
}


def remember(context: Context, action: ExhaustQuota) -> Mapping[str, str]:
    """Asked before the call, so that the call is the writing alone."""
    return {"before": _trial(context)}


def inject(context: Context, action: ExhaustQuota) -> str:
    before = context.remembered["before"]
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": QUOTA}}
    try:
        context.cluster.api.create(
            paths.quotas(context.namespace), quota | {"spec": {"hard": {"pods": str(action.pods)}}}
        )
    except ApiConflict as error:
        raise Missed(f"namespace {context.namespace} has a quota {QUOTA} already") from error
    except ApiError as error:
        raise Refused(f"the API refused the quota: {error}") from error
    done = f"quota {QUOTA} leaves room for {action.pods} pods"
    context.journal.accepted(done)
    context.journal.read_back("the next pod", before=before, after=_await(context, REFUSED))
    return done


def heal(context: Context, action: ExhaustQuota) -> str:
    try:
        context.cluster.api.delete(f"{paths.quotas(context.namespace)}/{QUOTA}")
    except ApiNotFound:
        return f"quota {QUOTA} is gone"
    if _await(context, ACCEPTED, REFUSED) == REFUSED:
        raise Refused(f"pods are refused for quota {QUOTA} still, after it was deleted")
    return f"quota {QUOTA} deleted"


def _await(context: Context, wanted: str, unwanted: str = "") -> str:
    """What a trial says that is as wanted, or not as unwanted where that is given, or the last when time is up."""
    deadline = time.monotonic() + _WITHIN
    while not _is(seen := _trial(context), wanted, unwanted) and time.monotonic() < deadline:
        time.sleep(_LOOK)
    return seen


def _is(seen: str, wanted: str, unwanted: str) -> bool:
    return seen != unwanted if unwanted else seen == wanted


def _trial(context: Context) -> str:
    """What the API server says to one more pod, which it is asked not to keep."""
    try:
        context.cluster.api.create(f"{paths.pods(context.namespace)}?dryRun=All", _TRIAL, strict=False)
    except ApiError as error:
        return REFUSED if REFUSED in str(error) else str(error)
    return ACCEPTED
