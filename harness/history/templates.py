"""The templates of a workflow, reduced to what bounds its life and to what follows what."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.history.raw import flag, items, mapping, text, texts, whole
from harness.history.stamps import deadline, seconds
from harness.model.phases import Phase
from harness.model.workflow import Backoff, Task, Template

KINDS: Final = (
    "container", "script", "containerSet", "steps", "dag", "suspend", "resource", "http", "data", "plugin",
)  # fmt: skip


def parse_templates(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Mapping[str, Template]:
    """By name, those of the workflow itself and those that Argo stored for a reference to a WorkflowTemplate. One
    without a retryStrategy has that of the whole workflow."""
    retry = spec.get("retryStrategy") or mapping(status, "storedWorkflowTemplateSpec").get("retryStrategy")
    defaults = {"retryStrategy": retry, **mapping(spec, "templateDefaults")}
    found: dict[str, Mapping[str, Any]] = {}
    for raw in _raw_templates(spec, status):
        name = text(raw, "name")
        same = name not in found or found[name] == raw
        # Two templates of one name: which of them a node means cannot be told, so what follows what is not known.
        found[name] = raw if same else {key: value for key, value in raw.items() if key not in ("dag", "steps")}
    return {name: _template({**defaults, **raw}) for name, raw in found.items()}


def has_exit_hook(raw: Mapping[str, Any]) -> bool:
    """Of a workflow, a task or a step: one that runs whatever happens."""
    hook = mapping(raw, "hooks", "exit")
    return not text(hook, "expression") if hook else bool(text(raw, "onExit"))


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
        active_deadline=deadline(raw.get("activeDeadlineSeconds")),
        suspend_duration=seconds(mapping(raw, "suspend").get("duration")),
        tasks={task.name: task for task in _tasks(raw)},
        daemon=flag(raw, "daemon"),
        targets=tuple(text(mapping(raw, "dag"), "target").split()),
    )


def _tasks(raw: Mapping[str, Any]) -> Iterator[Task]:
    yield from map(_task, items(raw, "dag", "tasks"))
    groups = raw.get("steps")
    for group in groups if isinstance(groups, list) else ():
        # Argo writes a group of parallel steps as a list, and one from an old client as an object.
        yield from map(_task, items({"steps": group if isinstance(group, list) else [group]}, "steps"))


def _task(raw: Mapping[str, Any]) -> Task:
    on = mapping(raw, "continueOn")
    phases = (("failed", Phase.FAILED), ("error", Phase.ERROR))
    return Task(
        name=text(raw, "name"),
        depends=text(raw, "depends") or " && ".join(texts(raw, "dependencies")),
        continue_on=frozenset(phase for key, phase in phases if flag(on, key)),
        exit_hook=has_exit_hook(raw),
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
