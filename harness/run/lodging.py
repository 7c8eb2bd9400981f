"""A place in a cluster of somebody else: its Argo used as it is, or one of our own installed for the time of the run.

Nothing is put there before it is known that it disturbs nobody, and all of it carries the name of the run.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import tenacity

from harness.argo import build as argo_build
from harness.argo import guest, running
from harness.argo import installed as argo_installed
from harness.argo.install import install
from harness.argo.running import NotAsDeployed
from harness.cluster import belongings
from harness.cluster.existing import ExistingCluster
from harness.faults.controllers import Controllers
from harness.model.errors import ClusterFailed
from harness.run.calibrating import calibrate
from harness.run.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from harness.argo.build import ArgoBuild
    from harness.argo.installed import Found
    from harness.argo.settings import ControllerSettings
    from harness.build.progress import Progress
    from harness.cluster.api import Api
    from harness.cluster.ownership import Claim
    from harness.cluster.protocol import Cluster, ClusterSpec
    from harness.cluster.provider import Provider
    from harness.model.release import Release
    from harness.run.plan import ClusterPlan

SETTLED: Final = 60.0
"""Seconds for the controllers of an installed Argo to be again what their Deployment says."""


def refuse_disturbing(claim: Claim, releases: Iterable[Release]) -> None:
    """Raises UsageError, and nothing has been touched then, where one of them would be in the way of somebody."""
    cluster = ExistingCluster.attach(claim)
    try:
        for build in filter(None, map(argo_build.find, dict.fromkeys(releases))):
            guest.refuse_disturbing(cluster.api, build)
    finally:
        cluster.leave()


@contextmanager
def lodged(
    plan: ClusterPlan,
    settings: ControllerSettings,
    wanted: ClusterSpec,
    provider: Provider,
    progress: Progress,
    installed: Found | None,
) -> Iterator[Site]:
    build = argo_build.ensure(plan.argo, progress)
    cluster = provider.start(wanted, progress)
    try:
        if installed is None:
            yield _with_own(cluster, build, settings, wanted.name, progress)
        else:
            yield _with_theirs(cluster, build, installed, wanted.name)
    finally:
        cluster.close()


def _with_own(cluster: Cluster, build: ArgoBuild, settings: ControllerSettings, name: str, progress: Progress) -> Site:
    """In a namespace of its own; its resource types and roles are those of the whole cluster, so there must be none."""
    guest.refuse_disturbing(cluster.api, build)
    namespace = f"{name}{belongings.ARGO}"
    install(cluster.api, build, settings, progress, namespace=namespace, labels=belongings.labels(name))
    return Site(cluster, build, settings, calibrate(None), argo_namespace=namespace, name=name)


def _with_theirs(cluster: Cluster, build: ArgoBuild, installed: Found, name: str) -> Site:
    """The build here is only asked for its command line: what runs there is told by the digest of its image."""
    found = _settled(cluster.api)
    if found != installed:
        raise ClusterFailed(
            f"the Argo of this cluster was changed since the run began: {installed.release} in {installed.namespace}"
            f" then, {found.release} in {found.namespace} now"
        )
    return Site(
        cluster,
        build,
        found.settings,
        calibrate(None),
        argo_namespace=found.namespace,
        name=name,
        builds={**_images(cluster.api, found.namespace), "argo-cli": build.id},
    )


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(NotAsDeployed),
    stop=tenacity.stop_after_delay(SETTLED),
    wait=tenacity.wait_fixed(1.0),
    reraise=True,
)
def _settled(api: Api) -> Found:
    """A fault of the cells before may have left the controller on its way back."""
    return argo_installed.find(api)


def _images(api: Api, namespace: str) -> Mapping[str, str]:
    """The digest that the runtime gives of the controller's image."""
    return next(({"argo": found} for pod in Controllers(api, namespace).pods() if (found := running.image_id(pod))), {})
