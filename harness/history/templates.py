"""The templates of a workflow, reduced to what bounds its life: retries, backoff, deadlines, suspensions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.history.raw import items, mapping, text, whole
from harness.history.stamps import seconds
from harness.model.workflow import Backoff, Template

KINDS: Final = (
    "container", "script", "containerSet", "steps", "dag", "suspend", "resource", "http", "data", "plugin",
)  # fmt: skip


def parse_templates(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Mapping[str, Template]:
    """By name, those of the workflow itself and those that Argo stored for a reference to a WorkflowTemplate."""
    defaults = mapping(spec, "templateDefaults")
    return {text(raw, "name"): _template({**defaults, **raw}) for raw in _raw_templates(spec, status)}


def _raw_templates(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in mapping(status, "storedTemplates").values() if isinstance(item, dict))
    yield from items(status, "storedWorkflowTemplateSpec", "templates")
    yield from items(spec, "templates")


def _template(raw: Mapping[str, Any]) -> Template:
    retry = mapping(raw, "retryStrategy")
    return Template(
        name=text(raw, "name"),
        kind=next((kind for kind in KINDS if kind in raw), ""),
        retry_limit=whole(retry.get("limit")),
        has_retry="retryStrategy" in raw and raw["retryStrategy"] is not None,
        backoff=_backoff(mapping(retry, "backoff")),
        active_deadline=seconds(raw.get("activeDeadlineSeconds")),
        suspend_duration=seconds(mapping(raw, "suspend").get("duration")),
    )


def _backoff(raw: Mapping[str, Any]) -> Backoff | None:
    if not raw:
        return None
    factor = seconds(raw.get("factor"))
    return Backoff(
        duration=seconds(raw.get("duration")),
        factor=1.0 if factor is None else factor,
        cap=seconds(raw.get("cap")),
        max_duration=seconds(raw.get("maxDuration")),
    )
