"""The scenario and its workflow as files that somebody else can run."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from harness.report.bundle.evidence import Evidence

WORKFLOW: Final = "workflow.yaml"
SCENARIO: Final = "scenario.yaml"
PUBLIC: Final = (
    "docker.io",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "registry.k8s.io",
    "k8s.gcr.io",
    "public.ecr.aws",
    "mcr.microsoft.com",
)
_PARAMETER: Final = re.compile(r"(?<!\$)\$\{(?=[a-z][a-z0-9-]*\})")


def workflow(evidence: Evidence) -> str:
    """What a user gives to `kubectl create -f`: no namespace, nothing of the harness, and what it needs first."""
    body = copy.deepcopy(dict(evidence.spec.get("workflow") or {}))
    meta = body["metadata"] = dict(body.get("metadata") or {})
    meta.pop("namespace", None)
    if not meta.get("name") and not meta.get("generateName"):
        meta["generateName"] = f"{evidence.cell.scenario.partition('@')[0]}-"
    return "---\n".join(written(document) for document in [*evidence.spec.get("objects", ()), body])


def scenario(evidence: Evidence) -> str:
    """As it ran, one case with its parameters filled in; a file of this name would not be taken: see repro.md."""
    spec = {key: value for key, value in evidence.spec.items() if key != "parameters"}
    return written(_escaped(spec))


def written(document: Any) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)


def _escaped(value: Any) -> Any:
    """What looks like a parameter and has none any more has to be left alone."""
    match value:
        case str():
            return _PARAMETER.sub("$${", value)
        case dict():
            return {key: _escaped(item) for key, item in value.items()}
        case list():
            return [_escaped(item) for item in value]
    return value


def private_images(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Images from a registry that not everybody can pull from, as far as their names tell."""
    return tuple(sorted({image for image in _images(body) if not _public(image)}))


def _public(image: str) -> bool:
    first, slash, _ = image.partition("/")
    named = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return not named or first in PUBLIC


def _images(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                if key == "image" and isinstance(item, str):
                    yield item
                else:
                    yield from _images(item)
        case list():
            yield from _each(value)


def _each(items: Iterable[Any]) -> Iterator[str]:
    for item in items:
        yield from _images(item)
