"""A release is judged as its makers ship it: the official manifests, and nothing changed but what is declared."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from harness.build import commands
from harness.model.errors import BuildFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from harness.argo.build import ArgoBuild
    from harness.argo.settings import ControllerSettings
    from harness.model.release import Release

Manifest = dict[str, Any]
CONTROLLER: Final = "workflow-controller"
CONFIG_MAP: Final = "workflow-controller-configmap"
_IMAGE: Final = re.compile(r"^((?:quay\.io/)?argoproj/(?:argocli|argoexec|workflow-controller)):[\w.-]+$")


def keep_rendered(kubectl: Path, manifests: Path, target: Path) -> None:
    """Renders the cluster install once; what is kept is plain JSON, which loads in milliseconds."""
    output = commands.run([kubectl, "kustomize", manifests / "cluster-install"])
    if output.code:
        raise BuildFailed(f"the official manifests could not be rendered: {output.tail}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    objects = [manifest for manifest in yaml.load_all(output.stdout, Loader=loader) if manifest]
    target.write_text(json.dumps(objects))


def render(build: ArgoBuild, settings: ControllerSettings) -> list[Manifest]:
    """The objects to apply: the release's own image tags, and the declared settings on the controller."""
    return patch(json.loads(build.rendered.read_bytes()), build.release, settings)


def patch(objects: list[Manifest], release: Release, settings: ControllerSettings) -> list[Manifest]:
    """The settings go in before the install: a change afterwards would wait for the old controller's lease."""
    return [_patched(copy.deepcopy(manifest), release, settings) for manifest in objects]


def placed(rendered: list[Manifest], namespace: str, labels: Mapping[str, str]) -> list[Manifest]:
    """The same install in another namespace, every object labelled; those of the whole cluster keep their names."""
    return [_placed(copy.deepcopy(manifest), namespace, labels) for manifest in rendered]


def _placed(manifest: Manifest, namespace: str, labels: Mapping[str, str]) -> Manifest:
    metadata = manifest["metadata"]
    if "namespace" in metadata:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = {**metadata.get("labels", {}), **labels}
    for subject in manifest.get("subjects") or ():
        if subject.get("namespace"):
            subject["namespace"] = namespace
    return manifest


def _patched(manifest: Manifest, release: Release, settings: ControllerSettings) -> Manifest:
    match manifest["kind"], manifest["metadata"]["name"]:
        case "Deployment", name:
            containers = manifest["spec"]["template"]["spec"]["containers"]
            for container in containers:
                _set_release(container, release)
            if name == CONTROLLER:
                _set_controller(containers[0], settings)
        case "ConfigMap", name if name == CONFIG_MAP and settings.config:
            manifest["data"] = {**manifest.get("data", {}), **settings.config}
    return manifest


def _set_release(container: Manifest, release: Release) -> None:
    def tagged(text: str) -> str:
        return _IMAGE.sub(rf"\g<1>:{release}", text)

    container["image"] = tagged(container["image"])
    container["args"] = [tagged(argument) for argument in container.get("args", [])]
    if container.get("imagePullPolicy") == "Always":
        container["imagePullPolicy"] = "IfNotPresent"


def _set_controller(container: Manifest, settings: ControllerSettings) -> None:
    kept = [variable for variable in container.get("env", []) if variable["name"] not in settings.env]
    container["env"] = kept + [{"name": name, "value": value} for name, value in settings.env.items()]
    container["args"] = [*container["args"], *settings.args]
