"""Relabels a WorkflowTaskResult by hand: the documented way out where a workflow waits for a lost one (#12993)."""

from harness.cluster.api import ApiError
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import RelabelTaskResult

LABEL = "workflows.argoproj.io/report-outputs-completed"


def inject(context: Context, action: RelabelTaskResult) -> str:
    name = context.target.node_id
    body = {"metadata": {"labels": {LABEL: action.completed}}}
    try:
        context.cluster.api.patch(paths.task_result(context.namespace, name), body)
    except ApiError as error:
        if error.status == 404:
            raise Missed(f"there is no task result {name}") from error
        raise Refused(f"the API refused to relabel task result {name}: {error}") from error
    return f"task result {name} labelled {LABEL}={action.completed}"
