"""The Eviction API: a deletion that PodDisruptionBudgets may refuse, with 429, and that is asked for again then."""

from typing import Any, Final

import tenacity

from harness.cluster.api import Api, ApiError
from harness.faults import paths

TOO_MANY: Final = 429
_GONE: Final = (404, 409)
"""Not there, or another pod of the same name."""


def evict(api: Api, namespace: str, name: str, uid: str, *, grace: float | None, patience: float) -> bool:
    """False where that pod was not there any more. Raises ApiError where the API says no, and goes on saying so."""
    options: dict[str, Any] = {"preconditions": {"uid": uid}}
    if grace is not None:
        options["gracePeriodSeconds"] = round(grace)
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": options,
    }
    try:
        _patiently(patience)(api.create, f"{paths.pod(namespace, name)}/eviction", body)
    except ApiError as error:
        if error.status in _GONE:
            return False
        raise
    return True


def _patiently(patience: float) -> tenacity.Retrying:
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, ApiError) and error.status == TOO_MANY),
        stop=tenacity.stop_after_delay(patience),
        wait=tenacity.wait_exponential(multiplier=0.2, max=2),
        reraise=True,
    )
