"""A Workflow, with its node table wherever the release keeps it: plain, compressed, or offloaded to a database."""

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.history.locks import parse_holds
from harness.history.raw import flag, mapping, text, texts
from harness.history.shared import shared_node
from harness.history.stamps import deadline, epoch
from harness.history.templates import has_exit_hook, parse_templates
from harness.model.phases import Phase
from harness.model.workflow import Node, Workflow

COMPLETED_LABEL: Final = "workflows.argoproj.io/completed"
PHASE_LABEL: Final = "workflows.argoproj.io/phase"
RESUBMITTED_LABEL: Final = "workflows.argoproj.io/resubmitted-from-workflow"
_PHASES: Final[Mapping[str, Phase]] = {member.value: member for member in Phase}


def parse_workflow(raw: dict[str, Any]) -> Workflow:
    meta, spec, status = mapping(raw, "metadata"), mapping(raw, "spec"), mapping(raw, "status")
    labels = mapping(meta, "labels")
    stored = mapping(status, "storedWorkflowTemplateSpec")
    nodes, hidden = _nodes(status)
    return Workflow(
        name=text(meta, "name"),
        namespace=text(meta, "namespace"),
        uid=text(meta, "uid"),
        phase=phase(status.get("phase")),
        message=text(status, "message"),
        completed={"true": True, "false": False}.get(text(labels, COMPLETED_LABEL)),
        phase_label=text(labels, PHASE_LABEL),
        started_at=epoch(status.get("startedAt")),
        finished_at=epoch(status.get("finishedAt")),
        suspended=flag(spec, "suspend"),
        shutdown=text(spec, "shutdown"),
        active_deadline=deadline(spec.get("activeDeadlineSeconds")),
        exit_handler=has_exit_hook(spec) or has_exit_hook(stored),
        holds=parse_holds(mapping(status, "synchronization")),
        pod_gc=text(mapping(spec, "podGC") or mapping(stored, "podGC"), "strategy"),
        templates=parse_templates(spec, status),
        nodes=nodes,
        incomplete_results=tuple(_incomplete(status)),
        offloaded=hidden,
        fingerprint=_fingerprint(spec, status, labels),
        resubmitted_from=text(labels, RESUBMITTED_LABEL),
    )


def phase(value: Any) -> Phase:
    return _PHASES.get(value, Phase.UNKNOWN) if isinstance(value, str) else Phase.UNKNOWN


def _incomplete(status: Mapping[str, Any]) -> Iterator[str]:
    for node_id, completed in mapping(status, "taskResultsCompletionStatus").items():
        if completed is False:
            yield node_id


def _nodes(status: Mapping[str, Any]) -> tuple[Mapping[str, Node], bool]:
    """The node table, and whether it is kept where this harness cannot read it."""
    table: Mapping[str, Any] | None = mapping(status, "nodes")
    if not table and text(status, "compressedNodes"):
        table = _decompress(text(status, "compressedNodes"))
    hidden = table is None or (not table and bool(text(status, "offloadNodeStatusVersion")))
    return {
        key: shared_node(_node(key, value)) for key, value in (table or {}).items() if isinstance(value, dict)
    }, hidden


def _decompress(packed: str) -> Mapping[str, Any] | None:
    try:
        return mapping(json.loads(gzip.decompress(base64.b64decode(packed))))
    except (ValueError, OSError, EOFError, zlib.error):
        return None


def _node(key: str, raw: Mapping[str, Any]) -> Node:
    flags = mapping(raw, "nodeFlag")
    name = text(raw, "name")
    return Node(
        id=text(raw, "id") or key,
        name=name,
        display_name=text(raw, "displayName") or name,
        type=text(raw, "type"),
        template=text(raw, "templateName") or text(mapping(raw, "templateRef"), "template"),
        phase=phase(raw.get("phase")),
        message=text(raw, "message"),
        started_at=epoch(raw.get("startedAt")),
        finished_at=epoch(raw.get("finishedAt")),
        boundary_id=text(raw, "boundaryID"),
        children=texts(raw, "children"),
        host=text(raw, "hostNodeName"),
        exit_code=_exit_code(raw),
        retried=flag(flags, "retried"),
        hooked=flag(flags, "hooked"),
        restarting=bool(raw.get("restartingPodUID")),
        daemoned=flag(raw, "daemoned"),
        waiting_for=text(mapping(raw, "synchronizationStatus"), "waiting"),
    )


def _exit_code(raw: Mapping[str, Any]) -> str | None:
    code = mapping(raw, "outputs").get("exitCode")
    return None if code is None else str(code)


def _fingerprint(*parts: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=8).hexdigest()


__all__ = ["parse_workflow", "phase"]
