"""The Eviction API: a deletion that PodDisruptionBudgets may refuse, with 429, and that is asked for again then."""

from enum import StrEnum
from typing import Any, Final

import tenacity

from harness.cluster.api import Api, ApiError
from harness.faults import paths

TOO_MANY: Final = 429
_GONE: Final = (404, 409)
"""Not there, or another pod of the same name."""


class Fate(StrEnum):
    """What an eviction that was not refused came to. A pod that goes already is granted to everybody, without a look at
    budgets, and marked as evicted."""

    EVICTED = "evicted"
    GOING = "told to go before"
    GONE = "gone before"


def evict(api: Api, namespace: str, name: str, uid: str, *, grace: float | None, patience: float) -> Fate:
    """Looks at the pod anew before it asks again. Raises ApiError where the API says no, and goes on saying so."""
    options: dict[str, Any] = {"preconditions": {"uid": uid}}
    if grace is not None:
        options["gracePeriodSeconds"] = round(grace)
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": options,
    }
    path, going = paths.pod(namespace, name), False
    try:
        for attempt in _patiently(patience):
            with attempt:
                if attempt.retry_state.attempt_number > 1:
                    going = going or "deletionTimestamp" in api.get(path)["metadata"]
                api.create(f"{path}/eviction", body)
    except ApiError as error:
        if error.status in _GONE:
            return Fate.GONE
        raise
    return Fate.GOING if going else Fate.EVICTED


def _patiently(patience: float) -> tenacity.Retrying:
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, ApiError) and error.status == TOO_MANY),
        stop=tenacity.stop_after_delay(patience),
        wait=tenacity.wait_exponential(multiplier=0.2, max=2),
        reraise=True,
    )
