"""Puts a scenario's workflow into a namespace of its own, exactly as written."""

import copy
from typing import Any

from harness.cluster.api import Api, ApiError
from harness.model.errors import HarnessError
from harness.scenario.types import Scenario

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


def submit(api: Api, body: dict[str, Any]) -> None:
    namespace = body["metadata"]["namespace"]
    try:
        api.create(f"/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows", body)
    except ApiError as error:
        raise WorkflowRefused(
            f"the API server refused the workflow: {error}", cure="check it against the fields of this release"
        ) from error
