"""Deletes the workflow and submits it again at once under its own name, both with Argo's command line.

A user meets it in scripts and GitOps tools that know no other way to change a workflow. The pods of the first may live
on for a while, under the very names that the second wants to use.
"""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from harness.cluster.api import ApiNotFound
from harness.faults import argo_command, paths
from harness.faults.context import Context, Missed
from harness.scenario.verbs import DeleteAndRecreate

_OF_ARGO: Final = "workflows.argoproj.io/"


def inject(context: Context, action: DeleteAndRecreate) -> str:
    try:
        now = context.cluster.api.get(paths.workflow(context.namespace, context.workflow))
    except ApiNotFound as error:
        raise Missed(f"there is no workflow {context.workflow}") from error
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workflow.json"
        file.write_text(json.dumps(as_submitted(now)))
        argo_command.call(context, "delete", context.workflow)
        argo_command.call(context, "submit", file)
    return f"argo delete {context.workflow} ({now['metadata']['uid']}) and argo submit under the same name"


def as_submitted(workflow: dict[str, Any]) -> dict[str, Any]:
    """Without what the API server and the controller have added."""
    meta = workflow["metadata"]
    kept = {key: _own(meta[key]) for key in ("labels", "annotations") if key in meta}
    spec = {key: value for key, value in workflow["spec"].items() if key not in ("shutdown", "suspend")}
    head = {key: workflow[key] for key in ("apiVersion", "kind")}
    return head | {"metadata": {"name": meta["name"], **kept}, "spec": spec}


def _own(noted: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in noted.items() if not key.startswith(_OF_ARGO)}
