"""The Argo that somebody else installed: which release it is, where it runs, how it is set. Nothing of it is changed.

What the harness could not use as it is, is refused with the reason: another name than in the official manifests, a tag
that is no release, a controller that serves certain namespaces or certain workflows only, one that is not what its
Deployment says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.argo import running
from harness.argo.manifests import CONFIG_MAP, CONTROLLER
from harness.argo.settings import ControllerSettings
from harness.cluster.api import ApiError, ApiNotFound
from harness.model.errors import UsageError
from harness.model.image import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.cluster.api import Api
    from harness.model.release import Release

WORD: Final = "installed"
"""What stands for it where a release is named."""
DEPLOYMENTS: Final = "/apis/apps/v1/deployments"
_NARROW: Final = ("--namespaced", "--managed-namespace")
_INSTANCE: Final = "instanceID"

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`settings` are what the Deployment and the config map say; what a variable takes from elsewhere is left out."""

    namespace: str
    release: Release
    settings: ControllerSettings


def find(api: Api) -> Found:
    """Raises UsageError where there is none, more than one, or none that can be used as it is, NotAsDeployed where what
    runs is not what its Deployment says."""
    found = controllers(api)
    if not found:
        raise UsageError(
            "there is no Argo in this cluster: no Deployment runs an image workflow-controller",
            cure="name a release with --argo, and it is installed for the run",
        )
    if len(found) > 1:
        raise UsageError(
            f"several controllers of Argo run in this cluster: {', '.join(map(where, found))}",
            cure="the harness cannot tell which of them would serve a workflow; leave one",
        )
    return _usable(api, found[0])


def controllers(api: Api) -> list[Manifest]:
    """The Deployments, in whatever namespace."""
    try:
        listed = api.get(DEPLOYMENTS)["items"]
    except ApiError as error:
        raise UsageError(
            f"whether there is an Argo in this cluster cannot be seen: {error.message}",
            cure="the user of this context must be allowed to list deployments of all namespaces",
        ) from error
    return [each for each in listed if any(map(_is_controller, _containers(each)))]


def where(deployment: Manifest) -> str:
    meta = deployment["metadata"]
    return f"{meta['namespace']}/{meta['name']}"


def _usable(api: Api, deployment: Manifest) -> Found:
    meta = deployment["metadata"]
    container = next(filter(_is_controller, _containers(deployment)))
    if (meta["name"], container["name"]) != (CONTROLLER, CONTROLLER):
        raise UsageError(
            f"the controller of this cluster is container {container['name']} of Deployment {where(deployment)}",
            cure=f"the harness knows it only as the official manifests name both: {CONTROLLER}",
        )
    config = _config(api, meta["namespace"])
    for problem in _narrow(container, config):
        raise UsageError(
            f"the controller in {meta['namespace']} does not serve every workflow: {problem}",
            cure="each cell runs in a namespace of its own, which must be served",
        )
    release = _release(container["image"])
    running.demand_agreement(api, deployment, container["image"])
    image = Image.parse(container["image"])
    if image.digest:
        running.demand_tag_of_digest(api, image)
    return Found(namespace=meta["namespace"], release=release, settings=_settings(container, config))


def _release(image: str) -> Release:
    release = Image.parse(image).release
    if release is None:
        raise UsageError(
            f"the release of the installed Argo cannot be told: its image is {image}",
            cure="only an image with the tag of a release, such as v3.7.15, says what is tested",
        )
    return release


def _is_controller(container: Manifest) -> bool:
    return Image.parse(container["image"]).name == CONTROLLER


def _narrow(container: Manifest, config: Mapping[str, str]) -> Iterator[str]:
    for argument in (*container.get("command", []), *container.get("args", [])):
        if argument.startswith(_NARROW):
            yield f"it was started with {argument}"
    if any(_INSTANCE in key or f"{_INSTANCE}:" in value for key, value in config.items()):
        yield f"its config map has an {_INSTANCE}"


def _settings(container: Manifest, config: Mapping[str, str]) -> ControllerSettings:
    env = {each["name"]: each["value"] for each in container.get("env", []) if "value" in each}
    return ControllerSettings(env=env, args=tuple(container.get("args", [])), config=config)


def _config(api: Api, namespace: str) -> dict[str, str]:
    try:
        return dict(api.get(f"/api/v1/namespaces/{namespace}/configmaps/{CONFIG_MAP}").get("data") or {})
    except ApiNotFound:
        return {}


def _containers(deployment: Manifest) -> list[Manifest]:
    found: list[Manifest] = deployment["spec"]["template"]["spec"]["containers"]
    return found
