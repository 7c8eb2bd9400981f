"""Writes into the Workflow object what the controller did not: a JSON merge patch on its spec or status.

A user meets it as `kubectl edit`, as a controller of somebody else's that "helps", or as an older copy that was written
back. Whether the controller notices, and what it believes, is the experiment.
"""

import json
from typing import Any

from harness.cluster.api import ApiError
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.history.workflows import parse_workflow
from harness.scenario.verbs import EditWorkflow
from harness.scenario.verbs.objects import NODE


def inject(context: Context, action: EditWorkflow) -> str:
    try:
        now = context.cluster.api.patch(
            paths.workflow(context.namespace, context.workflow), _filled_in(context, action)
        )
    except ApiError as error:
        if error.status == 404:
            raise Missed(f"there is no workflow {context.workflow}") from error
        raise Refused(f"the API refused to change workflow {context.workflow}: {error}") from error
    context.journal.read_back(f"workflow {context.workflow}", after=parse_workflow(now).fingerprint)
    return f"workflow {context.workflow} changed: {', '.join(sorted(action.patch))}"


def _filled_in(context: Context, action: EditWorkflow) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(json.dumps(action.patch).replace(NODE, context.target.node_id))
    return filled
