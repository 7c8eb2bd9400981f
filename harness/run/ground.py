"""Makes the place a group of cells needs: a cluster of the chosen provider with the release installed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from harness.argo import build as argo_build
from harness.argo import settings as argo_settings
from harness.argo.images import argo_images, image_names
from harness.argo.install import install
from harness.argo.installed import Found
from harness.build.progress import Progress
from harness.cluster.protocol import ClusterSpec
from harness.cluster.provider import Provider
from harness.model.errors import HarnessError
from harness.run import lodging
from harness.run.calibrating import calibrate
from harness.run.permission import OWN
from harness.run.plan import ClusterPlan
from harness.run.site import Site
from harness.scenario.types import ArgoSettings


def controller_settings(wanted: ArgoSettings) -> argo_settings.ControllerSettings:
    """The named set with the scenario's own wishes on top."""
    own = argo_settings.ControllerSettings(env=wanted.controller.env, args=wanted.controller.args)
    return argo_settings.load(wanted.settings).merged(own)


@contextmanager
def opened(
    plan: ClusterPlan, wanted: ClusterSpec, provider: Provider, progress: Progress, installed: Found | None = None
) -> Iterator[Site]:
    """A running site for the plan; the cluster is gone when the context ends, whatever happened inside, or where it is
    somebody else's, all that was put there. `installed` is the Argo there, where it is used as it is."""
    settings = controller_settings(plan.settings)
    if provider.name in OWN:
        made = housed(plan, settings, wanted, provider, progress)
    else:
        made = lodging.lodged(plan, settings, wanted, provider, progress, installed)
    with made as site:
        try:
            site.open()
            yield site
        finally:
            with suppress(HarnessError):
                site.close()


@contextmanager
def housed(
    plan: ClusterPlan,
    settings: argo_settings.ControllerSettings,
    wanted: ClusterSpec,
    provider: Provider,
    progress: Progress,
) -> Iterator[Site]:
    """In a cluster that is started for it."""
    build = argo_build.ensure(plan.argo, progress)
    others = tuple(argo_build.ensure(release, progress) for release in plan.swaps)
    images = tuple(
        provider.fetch(image_names(each.release), wanted.source, progress) or argo_images(each, progress)
        for each in (build, *others)
    )
    cluster = provider.start(replace(wanted, images=images, api_proxy=plan.proxied), progress)
    try:
        if plan.proxied:
            settings = settings.through(cluster.api_proxy().address)
        install(cluster.api, build, settings, progress)
        yield Site(cluster, build, settings, calibrate(cluster.api))
    finally:
        cluster.close()
