"""An install in a cluster of somebody else: only where it disturbs nobody, since a controller of ours would take up
every workflow there, and resource types are those of the whole cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.argo import installed, manifests, objects
from harness.argo.settings import ControllerSettings
from harness.cluster.api import ApiNotFound
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from harness.argo.build import ArgoBuild
    from harness.argo.objects import Manifest
    from harness.cluster.api import Api

_CURE: Final = "use the Argo of this cluster as it is, with --argo installed, or take away what is left of it"


def refuse_disturbing(api: Api, build: ArgoBuild) -> None:
    """Raises UsageError, before anything is touched, where there is an Argo, or a part of one."""
    if found := installed.controllers(api):
        raise UsageError(
            f"Argo {build.release} cannot be installed beside the controller {installed.where(found[0])}, which would"
            " take up the same workflows",
            cure=_CURE,
        )
    for manifest in manifests.render(build, ControllerSettings()):
        if manifest["kind"] in objects.CLUSTER_WIDE and _is_there(api, manifest):
            raise UsageError(
                f"Argo {build.release} cannot be installed: {manifest['kind']} {manifest['metadata']['name']} is there"
                " already, and is not the harness's to replace",
                cure=_CURE,
            )


def _is_there(api: Api, manifest: Manifest) -> bool:
    try:
        api.get(f"{objects.collection(manifest, '')}/{manifest['metadata']['name']}")
    except ApiNotFound:
        return False
    return True
