"""What the API server must allow for an Argo of the run's own, read from the manifests that it is installed from.

Nobody can give a controller a role without holding all that is in it, so that is the longer part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.argo import install, manifests, objects
from harness.argo.settings import ControllerSettings
from harness.cluster import belongings
from harness.faults import permissions
from harness.faults.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.argo.build import ArgoBuild
    from harness.argo.objects import Manifest
    from harness.scenario import verbs

_ROLES: Final = frozenset({"Role", "ClusterRole"})


def wanted(chosen: Iterable[type[verbs.Verb]], builds: Iterable[ArgoBuild]) -> tuple[Permission, ...]:
    """For a run with these verbs that installs these releases. Its namespaces have no names yet, so it is any."""
    rendered = [each for build in builds for each in manifests.render(build, ControllerSettings())]
    rules = (*permissions.wanted(chosen, argo_namespace=""), *permissions.LOOKING, *of_install(rendered))
    return permissions.merged(rules)


def of_install(rendered: Iterable[Manifest]) -> Iterator[Permission]:
    """For the objects, for what is in their roles, for the wait until they are there, and for taking them away."""
    for manifest in rendered:
        yield permissions.of_path(objects.collection(manifest, "-"), *objects.PUT)
        if manifest["kind"] in _ROLES:
            yield from _held(manifest)
    yield from (permissions.of_path(path, *does) for path, does in install.ASKED.items())
    yield from (permissions.of_path(path, "delete", "list", "watch") for path in belongings.CLUSTER_WIDE)


def _held(role: Manifest) -> Iterator[Permission]:
    for rule in role.get("rules") or ():
        for group in rule.get("apiGroups", ()):
            for resource in rule.get("resources", ()):
                yield Permission(group=group, resource=resource, verbs=tuple(rule["verbs"]))
