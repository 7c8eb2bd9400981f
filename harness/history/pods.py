"""A pod and its containers: which workflow node it works for is written in three places, depending on the release."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.history.raw import items, mapping, owner, text, texts, whole
from harness.history.shared import shared_container
from harness.history.stamps import epoch
from harness.model.pods import Container, ContainerState, Pod

WORKFLOW_LABEL: Final = "workflows.argoproj.io/workflow"
NODE_ID: Final = "workflows.argoproj.io/node-id"
NODE_NAME: Final = "workflows.argoproj.io/node-name"
TEMPLATE_ENV: Final = "ARGO_TEMPLATE"
NODE_ID_ENV: Final = "ARGO_NODE_ID"
_TEMPLATE_NAME: Final = re.compile(r'^\{"name":("(?:[^"\\]|\\.)*")')


def parse_pod(raw: dict[str, Any]) -> Pod:
    meta, spec, status = mapping(raw, "metadata"), mapping(raw, "spec"), mapping(raw, "status")
    notes = mapping(meta, "annotations")
    return Pod(
        name=text(meta, "name"),
        namespace=text(meta, "namespace"),
        uid=text(meta, "uid"),
        phase=text(status, "phase"),
        reason=text(status, "reason"),
        message=text(status, "message"),
        workflow=text(mapping(meta, "labels"), WORKFLOW_LABEL),
        owner=owner(meta),
        node_id=text(notes, NODE_ID) or _env(spec, NODE_ID_ENV),
        node_name=text(notes, NODE_NAME),
        template=_template(spec),
        host=text(spec, "nodeName"),
        deleting=bool(meta.get("deletionTimestamp")),
        grace=whole(meta.get("deletionGracePeriodSeconds")),
        told_at=_told_at(meta),
        created_at=epoch(meta.get("creationTimestamp")),
        finalizers=texts(meta, "finalizers"),
        conditions={text(item, "type"): text(item, "status") for item in items(status, "conditions")},
        reasons={text(item, "type"): text(item, "reason") for item in items(status, "conditions") if "reason" in item},
        containers=tuple(map(shared_container, _containers(status))),
    )


def _told_at(meta: Mapping[str, Any]) -> float | None:
    """A deletionTimestamp says when the time that a pod is given will be over."""
    over = epoch(meta.get("deletionTimestamp"))
    return None if over is None else over - (whole(meta.get("deletionGracePeriodSeconds")) or 0)


def _env(spec: Mapping[str, Any], name: str) -> str:
    for group in ("initContainers", "containers"):
        for container in items(spec, group):
            for variable in items(container, "env"):
                if variable.get("name") == name and text(variable, "value"):
                    return text(variable, "value")
    return ""


def _template(spec: Mapping[str, Any]) -> str:
    written = _env(spec, TEMPLATE_ENV)
    # Argo writes the name first; reading only that spares the whole template on every pod event.
    if match := _TEMPLATE_NAME.match(written):
        return str(json.loads(match[1]))
    try:
        return text(mapping(json.loads(written)), "name") if written else ""
    except ValueError:
        return ""


def _containers(status: Mapping[str, Any]) -> Iterator[Container]:
    for group, init in (("initContainerStatuses", True), ("containerStatuses", False)):
        for item in items(status, group):
            yield _container(item, init=init)


def _container(raw: Mapping[str, Any], *, init: bool) -> Container:
    state = mapping(raw, "state")
    kind = next((kind for kind in ContainerState if kind in state), ContainerState.WAITING)
    detail = mapping(state, kind)
    return Container(
        name=text(raw, "name"),
        state=kind,
        id=(text(raw, "containerID") or text(detail, "containerID")).rpartition("://")[2],
        init=init,
        image=text(raw, "image"),
        restarts=whole(raw.get("restartCount")) or 0,
        last_exit=whole(mapping(raw, "lastState", "terminated").get("exitCode")),
        exit_code=whole(detail.get("exitCode")),
        reason=text(detail, "reason"),
        message=text(detail, "message"),
        started_at=epoch(detail.get("startedAt")),
        finished_at=epoch(detail.get("finishedAt")),
    )
