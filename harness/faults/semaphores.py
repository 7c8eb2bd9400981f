"""Changes the limit of a semaphore, or takes it away, in the ConfigMap that Argo reads it from.

A user meets it as a limit that an operator lowers while steps hold and wait for it, or as a ConfigMap that was renamed.
"""

from collections.abc import Mapping

from harness.cluster.api import ApiError, ApiNotFound
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import ChangeSemaphore, DeleteSemaphore

Semaphore = ChangeSemaphore | DeleteSemaphore


def remember(context: Context, action: Semaphore) -> Mapping[str, str]:
    return {"limit": _limit(context, action)}


def inject(context: Context, action: Semaphore) -> str:
    before = _limit(context, action)
    wanted = action.limit if isinstance(action, ChangeSemaphore) else None
    if before == wanted:
        raise Missed(f"the limit of {_named(action)} was {before} before the call")
    _write(context, action, wanted)
    after = _read(context, action)
    context.journal.read_back(_named(action), before=before, after="" if after is None else after)
    return f"the limit of {_named(action)} is {'gone' if after is None else after}"


def heal(context: Context, action: Semaphore) -> str:
    former = context.remembered["limit"]
    try:
        _write(context, action, former)
        now = _read(context, action)
    except Missed:
        return f"config map {action.config_map} is gone"
    if now != former:
        raise Refused(f"the limit of {_named(action)} is {now} after it was set back to {former}")
    return f"the limit of {_named(action)} is {former} again"


def _named(action: Semaphore) -> str:
    """As the proof asks for it."""
    return f"{action.config_map}/{action.key}"


def _limit(context: Context, action: Semaphore) -> str:
    found = _read(context, action)
    if found is None:
        raise Missed(f"there is no key {action.key} in config map {action.config_map}")
    return found


def _read(context: Context, action: Semaphore) -> str | None:
    """Raises Missed where there is no such config map."""
    try:
        data = context.cluster.api.get(paths.config_map(context.namespace, action.config_map)).get("data") or {}
    except ApiNotFound as error:
        raise Missed(f"there is no config map {action.config_map}") from error
    value: str | None = data.get(action.key)
    return value


def _write(context: Context, action: Semaphore, value: str | None) -> None:
    try:
        context.cluster.api.patch(paths.config_map(context.namespace, action.config_map), {"data": {action.key: value}})
    except ApiNotFound as error:
        raise Missed(f"there is no config map {action.config_map}") from error
    except ApiError as error:
        raise Refused(f"the API refused to change config map {action.config_map}: {error}") from error
