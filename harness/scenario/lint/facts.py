"""What the workflow of a scenario can bring forth: templates, attempts, containers, hooks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.scenario.argo_fields import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

POD_KINDS: Final = ("container", "script", "containerSet", "resource", "data")
INDEX: Final = re.compile(r"\(.*\)$", re.DOTALL)
GROUP: Final = re.compile(r"^\[\d+\]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFacts:
    """`limit` is None where the number of attempts has no bound that can be told. `patch` is its podSpecPatch."""

    name: str
    kind: str
    retries: bool
    limit: int | None
    containers: frozenset[str]
    patch: str
    raw: Mapping[str, Any]

    @property
    def has_pod(self) -> bool:
        return self.kind in POD_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFacts:
    templates: Mapping[str, TemplateFacts]
    borrowed: frozenset[str]
    """Templates that a templateRef takes from elsewhere."""
    calls: frozenset[str]
    """Names of steps and tasks."""
    inline: frozenset[str]
    """Containers of templates that stand in a step or task, and have no name."""
    hooks: frozenset[str]
    has_exit: bool
    prefix: str

    def can_show(self, display_name: str) -> bool:
        """Whether a node may carry that displayName; when in doubt, it may."""
        if GROUP.match(display_name) or "onExit" in display_name or "hooks" in display_name:
            return True
        if self.prefix and display_name.startswith(self.prefix):
            return True
        names = (
            self.calls | self.inline | {name for template in self.templates.values() for name in template.containers}
        )
        return INDEX.sub("", display_name) in names


def facts(workflow: Mapping[str, Any]) -> WorkflowFacts:
    spec = workflow["spec"]
    # one without a retryStrategy has that of the whole workflow
    defaults = {
        **{key: spec[key] for key in ("retryStrategy",) if key in spec},
        **mapping(spec.get("templateDefaults")),
    }
    patch = str(spec.get("podSpecPatch", ""))
    templates = [template({**defaults, **raw}, patch) for raw in spec["templates"]]
    bodies = [body for raw in spec["templates"] for body in (raw, *inline(raw))]
    calls = [call for body in bodies for call in called(body)]
    holders = [spec, *calls, *bodies]
    meta = mapping(workflow.get("metadata"))
    return WorkflowFacts(
        templates={one.name: one for one in templates},
        borrowed=frozenset(str(mapping(call.get("templateRef")).get("template", "")) for call in calls) - {""},
        calls=frozenset(str(call.get("name", "")) for call in calls),
        inline=frozenset(name for body in bodies if "name" not in body for name in containers(body, kind(body))),
        hooks=frozenset(str(name) for holder in holders for name in mapping(holder.get("hooks"))),
        has_exit=any("onExit" in holder or "exit" in mapping(holder.get("hooks")) for holder in holders),
        prefix=str(meta.get("name") or meta.get("generateName") or ""),
    )


def template(raw: Mapping[str, Any], patch: str) -> TemplateFacts:
    strategy = raw.get("retryStrategy")
    limit = str(mapping(strategy).get("limit", ""))
    return TemplateFacts(
        name=raw["name"],
        kind=kind(raw),
        retries="retryStrategy" in raw,
        limit=int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 10 else None,
        containers=frozenset(containers(raw, kind(raw))) if kind(raw) in POD_KINDS else frozenset(),
        patch=patch + str(raw.get("podSpecPatch", "")),
        raw=raw,
    )


def kind(raw: Mapping[str, Any]) -> str:
    return next((each for each in KINDS if raw.get(each) is not None), "")


def inline(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The templates that stand in its steps or tasks, and in those of these."""
    for call in called(raw):
        if body := mapping(call.get("inline")):
            yield body
            yield from inline(body)


def containers(raw: Mapping[str, Any], kind: str) -> Iterator[str]:
    yield from ("init", "wait")
    members = items(mapping(raw.get("containerSet")).get("containers"))
    yield from (str(member.get("name")) for member in members)
    if kind != "containerSet":
        yield "main"
    for key in ("sidecars", "initContainers"):
        yield from (str(other.get("name")) for other in items(raw.get(key)))


def called(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The steps or tasks of a template."""
    for group in raw.get("steps") or () if isinstance(raw.get("steps"), list) else ():
        yield from items(group)
    yield from items(mapping(raw.get("dag")).get("tasks"))


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings of a list; a workflow's own mistakes are Argo's to report."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
