"""Raw objects of the API become the model here and nowhere else, so that no judge ever meets a missing key."""

from typing import Any

from harness.history.pods import parse_pod
from harness.history.raw import flag, items, mapping, owner, text, whole
from harness.history.shared import shared_host
from harness.history.stamps import epoch
from harness.history.workflows import parse_workflow
from harness.model.events import Resource, Watched
from harness.model.objects import ClusterEvent, ClusterNode, Lease, TaskResult

WORKFLOW_LABEL = "workflows.argoproj.io/workflow"
OUTPUTS_LABEL = "workflows.argoproj.io/report-outputs-completed"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def parse(resource: Resource, raw: dict[str, Any]) -> Watched:
    match resource:
        case Resource.WORKFLOW:
            return parse_workflow(raw)
        case Resource.POD:
            return parse_pod(raw)
        case Resource.TASK_RESULT:
            return parse_task_result(raw)
        case Resource.NODE:
            return shared_host(parse_cluster_node(raw))
        case Resource.LEASE:
            return parse_lease(raw)
        case Resource.EVENT:
            return parse_event(raw)


def strip(raw: dict[str, Any]) -> dict[str, Any]:
    """The object without what nobody judges by and what makes most of its size; the given one is left as it is."""
    meta = {key: value for key, value in mapping(raw, "metadata").items() if key != "managedFields"}
    notes = mapping(meta, "annotations")
    if LAST_APPLIED in notes:
        meta["annotations"] = {key: value for key, value in notes.items() if key != LAST_APPLIED}
    return {**raw, "metadata": meta}


def parse_task_result(raw: dict[str, Any]) -> TaskResult:
    meta = mapping(raw, "metadata")
    labels = mapping(meta, "labels")
    completed = {"true": True, "false": False}.get(text(labels, OUTPUTS_LABEL))
    return TaskResult(
        name=text(meta, "name"),
        namespace=text(meta, "namespace"),
        uid=text(meta, "uid"),
        workflow=text(labels, WORKFLOW_LABEL),
        completed=completed,
        owner=owner(meta),
    )


def parse_cluster_node(raw: dict[str, Any]) -> ClusterNode:
    meta = mapping(raw, "metadata")
    spec = mapping(raw, "spec")
    conditions = {text(item, "type"): text(item, "status") for item in items(raw, "status", "conditions")}
    beats = {text(item, "type"): epoch(item.get("lastHeartbeatTime")) for item in items(raw, "status", "conditions")}
    return ClusterNode(
        name=text(meta, "name"),
        uid=text(meta, "uid"),
        ready=conditions.get("Ready") or "Unknown",
        unschedulable=flag(spec, "unschedulable"),
        taints=tuple(f"{text(taint, 'key')}:{text(taint, 'effect')}" for taint in items(spec, "taints")),
        memory_pressure=conditions.get("MemoryPressure") or "Unknown",
        heartbeat=beats.get("Ready"),
    )


def parse_lease(raw: dict[str, Any]) -> Lease:
    meta = mapping(raw, "metadata")
    spec = mapping(raw, "spec")
    return Lease(
        name=text(meta, "name"),
        namespace=text(meta, "namespace"),
        uid=text(meta, "uid"),
        holder=text(spec, "holderIdentity"),
        renewed=text(spec, "renewTime"),
        transitions=whole(spec.get("leaseTransitions")) or 0,
    )


def parse_event(raw: dict[str, Any]) -> ClusterEvent:
    meta = mapping(raw, "metadata")
    about = mapping(raw, "involvedObject") or mapping(raw, "regarding")
    return ClusterEvent(
        name=text(meta, "name"),
        namespace=text(meta, "namespace"),
        uid=text(meta, "uid"),
        about=f"{text(about, 'kind')}/{text(about, 'name')}",
        reason=text(raw, "reason"),
        message=text(raw, "message") or text(raw, "note"),
        type=text(raw, "type"),
    )


__all__ = ["parse", "strip"]
