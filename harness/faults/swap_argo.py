"""Installs another release of Argo over the present one in mid-workflow, as `kubectl apply` of its manifests would.

Resource types, roles, config map and Deployment are replaced; pods of the old release go on, and are finished by a
controller of the new one. A user meets it as an upgrade, or as the way back from one.
"""

import json
from collections.abc import Mapping

from harness.argo import build as argo_build
from harness.argo import install
from harness.argo.build import ArgoBuild
from harness.argo.images import argo_images, controller
from harness.argo.settings import ControllerSettings
from harness.build.progress import Silent
from harness.cluster.api import ApiError
from harness.faults import controllers
from harness.faults.context import Context, Refused
from harness.model.image import Image
from harness.model.release import Release
from harness.scenario.verbs import SwapArgo


def remember(context: Context, action: SwapArgo) -> Mapping[str, str]:
    """The images are there where the cluster was made for the scenario; else they are loaded before the act."""
    build = _build(action.release)
    if not context.cluster.has_image(controller(action.release)):
        context.cluster.load_image(argo_images(build, Silent()))
    settings = context.settings
    return {
        "release": installed(context),
        "settings": json.dumps({"env": dict(settings.env), "args": settings.args, "config": dict(settings.config)}),
    }


def inject(context: Context, action: SwapArgo) -> str:
    try:
        install.lay_over(context.cluster.api, _build(action.release), context.settings)
    except ApiError as error:
        raise Refused(f"the API refused the manifests of Argo {action.to}: {error}") from error
    return f"Argo {action.to} installed over what was there"


def heal(context: Context, action: SwapArgo) -> str:
    known = json.loads(context.remembered["settings"])
    settings = ControllerSettings(env=known["env"], args=tuple(known["args"]), config=known["config"])
    former = Release.parse(context.remembered["release"])
    install.install(context.cluster.api, _build(former), settings, Silent(), patience=controllers.PATIENCE)
    if installed(context) != str(former):
        raise Refused(f"Argo {installed(context)} is installed after {former} was put back")
    controllers.of(context).settle()
    return f"Argo {former} is back"


def installed(context: Context) -> str:
    return Image.parse(controllers.of(context).image()).tag


def _build(release: Release) -> ArgoBuild:
    build = argo_build.find(release)
    if build is None:
        raise Refused(f"Argo {release} is not in the cache", cure=f"shakedown argo build {release}")
    return build
