"""Puts a scenario's workflow into a namespace of its own, exactly as written."""

import copy
from typing import Any

from harness.argo.objects import collection
from harness.cluster.api import Api, ApiError
from harness.model.errors import HarnessError
from harness.scenario.types import Scenario

BEGUN = 60
"""Seconds in which the controller takes up a workflow, on a machine that is hard at work."""
MADE_BY = {"shakedown/made-by": "argo-shakedown"}


class WorkflowRefused(HarnessError):
    """The API server does not take the workflow: the scenario is wrong, or this release does not know a field."""


def manifest(scenario: Scenario, namespace: str) -> dict[str, Any]:
    """The workflow with the namespace of the cell and, where the file gives none, the scenario's name."""
    body = copy.deepcopy(scenario.workflow)
    meta = body.setdefault("metadata", {})
    meta.pop("generateName", None)
    meta.setdefault("name", scenario.name.replace("@", "-"))
    meta["namespace"] = namespace
    meta.setdefault("labels", {}).update(MADE_BY)
    return body


def put_beside(api: Api, companion: dict[str, Any], namespace: str) -> None:
    """One of the scenario's `objects`, which must be there first; another workflow must have begun."""
    meta = companion["metadata"]
    body = {**companion, "metadata": {**meta, "labels": {**meta.get("labels", {}), **MADE_BY}}}
    path = collection(body, namespace)
    try:
        made = api.create(path, body)
    except ApiError as error:
        raise WorkflowRefused(
            f"the API server refused {companion['kind']} {meta['name']}: {error}", cure="mend it under objects"
        ) from error
    if companion["kind"] == "Workflow":
        await_begun(api, path, made["metadata"])


def await_begun(api: Api, path: str, meta: dict[str, Any]) -> None:
    """Else the controller takes the two in any order, and who waits for whom is left to chance."""
    only = f"metadata.name={meta['name']}"
    with api.watch(path, resource_version=meta["resourceVersion"], timeout=BEGUN, fieldSelector=only) as versions:
        if any(line.object.get("status", {}).get("phase") for line in versions if line.type == "MODIFIED"):
            return
    raise HarnessError(f"the controller did not begin Workflow {meta['name']} of the scenario's objects in {BEGUN} s")


def submit(api: Api, body: dict[str, Any]) -> None:
    namespace = body["metadata"]["namespace"]
    try:
        api.create(f"/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows", body)
    except ApiError as error:
        raise WorkflowRefused(
            f"the API server refused the workflow: {error}", cure="check it against the fields of this release"
        ) from error
