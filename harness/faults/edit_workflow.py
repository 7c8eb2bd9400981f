"""Writes into the Workflow object what the controller did not: a JSON merge patch on its spec or status.

A user meets it as `kubectl edit`, as a controller of somebody else's that "helps", or as an older copy that was written
back. Whether the controller notices, and what it believes, is the experiment.
"""

import json
from typing import Any, Final, NoReturn

import tenacity

from harness.cluster.api import ApiConflict, ApiError, ApiNotFound
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.history.workflows import parse_workflow
from harness.scenario.verbs import EditWorkflow
from harness.scenario.verbs.objects import NODE

_TRIES: Final = 10
"""A workflow whose pods begin and end is written some times a second; each try takes some milliseconds."""


def inject(context: Context, action: EditWorkflow) -> str:
    now = _edited(context, _filled_in(context, action))
    context.journal.read_back(f"workflow {context.workflow}", after=parse_workflow(now).fingerprint)
    return f"workflow {context.workflow} changed: {', '.join(sorted(action.patch))}"


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(ApiConflict),
    stop=tenacity.stop_after_attempt(_TRIES),
    retry_error_callback=lambda tried: _refused(tried.outcome.exception() if tried.outcome else None),
)
def _edited(context: Context, patch: dict[str, Any]) -> dict[str, Any]:
    """On the very version that was read: else a change of the controller's at the same moment would pass for ours."""
    path = paths.workflow(context.namespace, context.workflow)
    try:
        version = context.cluster.api.get(path)["metadata"]["resourceVersion"]
        metadata = {**patch.get("metadata", {}), "resourceVersion": version}
        now = context.cluster.api.patch(path, {**patch, "metadata": metadata})
    except ApiConflict:
        raise
    except ApiNotFound as error:
        raise Missed(f"there is no workflow {context.workflow}") from error
    except ApiError as error:
        _refused(error)
    if now["metadata"]["resourceVersion"] == version:
        raise Missed(f"workflow {context.workflow} is so already")
    return now


def _refused(why: BaseException | None) -> NoReturn:
    raise Refused(f"the API refused to change a workflow: {why}") from why


def _filled_in(context: Context, action: EditWorkflow) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(json.dumps(action.patch).replace(NODE, context.target.node_id))
    return filled
