"""Chaos Toolkit actions for the workflow that an experiment is about: submit it, and take everything of it away."""

from contextlib import suppress
from typing import Any

from chaoslib.exceptions import ActivityFailed

from harness.argo.install import prepare_namespace
from harness.chaos import sessions
from harness.chaos.place import Place, attached, place
from harness.chaos.signatures import Configuration, Secrets
from harness.cluster import waiting
from harness.cluster.api import Api, ApiConflict, ApiNotFound
from harness.model.errors import HarnessError, UsageError
from harness.run import submission

__all__ = ["remove", "submit"]

NAMESPACES = "/api/v1/namespaces"
GONE_WITHIN = 120.0
"""Seconds in which a namespace with pods that do not want to end goes away."""


def submit(
    workflow: dict[str, Any],
    namespace: str,
    objects: list[dict[str, Any]] | None = None,
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> str:
    """Creates the workflow, and before it what stands beside it (`objects`), in a namespace that is made for it. From
    here on everything is recorded, for `wait_for` and `verdict`."""
    name = str((workflow.get("metadata") or {}).get("name", ""))
    try:
        where = place(configuration, namespace=namespace, workflow=name)
        if not name:
            raise UsageError("the workflow has no metadata.name", cure="give it one: the activities name it")
        sessions.try_it(where)
        session = sessions.begin(where, workflow)
        with session.acting():
            _submit(session.chronicle.site.api, where, workflow, objects or [])
    except HarnessError as error:
        raise ActivityFailed(str(error)) from None
    return f"workflow {name} submitted in namespace {namespace} of cluster {where.cluster}"


def remove(
    workflow: str,
    namespace: str,
    left_over: bool = False,
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> str:
    """Takes away the namespace that `submit` made in this experiment, and everything in it; with `left_over` also that
    of an earlier experiment. Any other is left alone."""
    try:
        where = place(configuration, namespace=namespace, workflow=workflow)
        if not (sessions.made(where) or left_over):
            return f"namespace {namespace} was not made here, so it is left alone"
        sessions.end(where)
        with attached(where, None) as cluster:
            return _remove(cluster.api, namespace)
    except HarnessError as error:
        raise ActivityFailed(str(error)) from None


def _submit(api: Api, where: Place, workflow: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    meta = {"name": where.namespace, "labels": submission.MADE_BY}
    try:
        api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
    except ApiConflict as error:
        sessions.not_made(where)
        raise UsageError(
            f"namespace {where.namespace} is there already, and an experiment takes its own away at the end",
            cure="give the experiment another one, or wait until it is gone",
        ) from error
    prepare_namespace(api, where.namespace)
    for companion in objects:
        submission.put_beside(api, companion, where.namespace)
    submission.submit(api, {**workflow, "metadata": {**workflow["metadata"], "namespace": where.namespace}})


def _remove(api: Api, namespace: str) -> str:
    try:
        labels = api.get(f"{NAMESPACES}/{namespace}")["metadata"].get("labels", {})
    except ApiNotFound:
        return f"there is no namespace {namespace}"
    if not submission.MADE_BY.items() <= labels.items():
        raise UsageError(f"namespace {namespace} was not made by an experiment, so it is left alone")
    with suppress(ApiNotFound):
        api.delete(f"{NAMESPACES}/{namespace}/pods", grace=1)
        api.delete(f"{NAMESPACES}/{namespace}")
    waiting.until_gone(api, NAMESPACES, {namespace}, seconds=GONE_WITHIN)
    return f"namespace {namespace} is gone"
