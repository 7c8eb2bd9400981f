"""Images that the provider does not have: a container without its image waits until the cell's time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.scenario.lint.facts import items, mapping
from harness.scenario.problems import listed, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem

HUB: Final = "docker.io/library/"
NEVER_PULLED: Final = ("IfNotPresent", "Never")


def images(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """Only where the provider has a closed set of images."""
    if not context.images:
        return
    templates = mapping(loaded.scenario.workflow.get("spec")).get("templates")
    for index, raw in enumerate(items(templates)):
        for where, container in containers(raw, ("workflow", "spec", "templates", index)):
            image = str(container.get("image", ""))
            if problem := trouble(image, str(container.get("imagePullPolicy", "")), context.images):
                yield loaded.problem((*where, "image"), problem)


def containers(raw: Mapping[str, Any], where: Where) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    for key in ("container", "script"):
        if key in raw:
            yield (*where, key), mapping(raw[key])
    yield from each(mapping(raw.get("containerSet")).get("containers"), (*where, "containerSet", "containers"))
    for key in ("sidecars", "initContainers"):
        yield from each(raw.get(key), (*where, key))


def each(members: object, where: Where) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    yield from (((*where, index), member) for index, member in enumerate(items(members)))


def trouble(image: str, policy: str, known: tuple[str, ...]) -> str:
    if not image or "{{" in image:
        return ""
    plain = image.removeprefix(HUB)
    full = plain if ":" in plain else f"{plain}:latest"
    if full not in known:
        return f"the embedded cluster has no image {show(image)} and pulls none; images: {listed(known)}"
    if full.endswith(":latest") and policy not in NEVER_PULLED:
        return (
            f"Kubernetes pulls {show(image)} every time, and nothing can be pulled: add imagePullPolicy: IfNotPresent"
        )
    return ""


RULES = (images,)
