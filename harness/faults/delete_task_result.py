"""Deletes a WorkflowTaskResult, in which the executor has reported, or was about to.

A user meets it as a clean-up job that knows only the age of things, or as an etcd that was restored from yesterday.
"""

from harness.cluster.api import ApiError
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import DeleteTaskResult


def inject(context: Context, action: DeleteTaskResult) -> str:
    name = context.target.node_id
    if not name:
        raise Missed("no workflow node is named, so there is no task result to mean")
    try:
        answer = context.cluster.api.delete(paths.task_result(context.namespace, name))
    except ApiError as error:
        if error.status == 404:
            raise Missed(f"there is no task result {name}") from error
        raise Refused(f"the API refused to delete task result {name}: {error}") from error
    uid = answer.get("details", answer.get("metadata", {})).get("uid", "")
    context.journal.read_back(f"task result {name}", before=uid, after="deleted")
    return f"task result {name} ({uid}) deleted"
