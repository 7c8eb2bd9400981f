"""Creates a WorkflowTaskResult as the executor does when it begins to report, and leaves it at that.

A user meets it as a wait container that was killed between the first and the last word of its report: the controller
knows that there is more to come, and waits.
"""

from harness.cluster.api import ApiConflict, ApiError, ApiNotFound
from harness.cluster.ownership import MADE_BY
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.faults.relabel_task_result import LABEL
from harness.scenario.verbs import CreateTaskResult

WORKFLOW = "workflows.argoproj.io/workflow"


def inject(context: Context, action: CreateTaskResult) -> str:
    name = context.target.node_id
    if not name:
        raise Missed("no workflow node is named, so there is no task result to mean")
    labels = {WORKFLOW: context.workflow, LABEL: action.completed, **MADE_BY}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTaskResult"}
    try:
        made = context.cluster.api.create(
            paths.task_results(context.namespace), kind | {"metadata": {"name": name, "labels": labels}}
        )
    except ApiConflict as error:
        raise Missed(f"there is a task result {name} already") from error
    except ApiError as error:
        raise Refused(f"the API refused to create task result {name}: {error}") from error
    context.journal.read_back(f"task result {name}", after=made["metadata"]["uid"])
    return f"task result {name} created, {LABEL}={action.completed}"


def heal(context: Context, action: CreateTaskResult) -> str:
    """One that the executor took for its own carries the label still; its report is in the workflow by then."""
    api, name = context.cluster.api, context.target.node_id
    path = paths.task_result(context.namespace, name)
    try:
        if _ours(api.get(path)):
            api.delete(path)
            if _ours(api.get(path)):
                raise Refused(f"task result {name} is still there after it was deleted")
    except ApiNotFound:
        pass
    return f"no task result {name} of the harness is left"


def _ours(result: dict[str, dict[str, dict[str, str]]]) -> bool:
    return MADE_BY.items() <= result["metadata"].get("labels", {}).items()
