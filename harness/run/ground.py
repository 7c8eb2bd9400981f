"""Makes the place a group of cells needs: a cluster of the chosen provider with the release installed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from harness.argo import build as argo_build
from harness.argo import settings as argo_settings
from harness.argo.build import ArgoBuild
from harness.argo.images import argo_images, image_names
from harness.argo.install import install
from harness.argo.installed import Found
from harness.build.progress import Progress
from harness.cluster.protocol import ClusterSpec
from harness.cluster.provider import Provider
from harness.model.errors import HarnessError
from harness.run import lodging, tenancy
from harness.run.calibrating import calibrate
from harness.run.permission import OWN
from harness.run.plan import ClusterPlan
from harness.run.site import Site
from harness.run.tenancy import Pack
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
    somebody else's, all that was put there; a persistent one stays if all went well. `installed` is the Argo of one of
    somebody else's, where it is used as it is."""
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
    """In a cluster that is started for it, or in one that was kept."""
    build = argo_build.ensure(plan.argo, progress)
    others = tuple(argo_build.ensure(release, progress) for release in plan.swaps)
    packs = tuple(_pack(each, wanted, provider, progress) for each in (build, *others))
    with tenancy.cluster(replace(wanted, api_proxy=plan.proxied), provider, packs, progress) as tenant:
        cluster = tenant.cluster
        if plan.proxied:
            settings = settings.through(cluster.api_proxy().address)
        install(cluster.api, build, settings, progress)
        site = Site(cluster, build, settings, calibrate(cluster.api), reused=tenant.reused)
        yield site
        tenant.spoiled = site.spoiled


def _pack(build: ArgoBuild, wanted: ClusterSpec, provider: Provider, progress: Progress) -> Pack:
    names = image_names(build.release)
    return Pack(names=names, archive=provider.fetch(names, wanted.source, progress) or argo_images(build, progress))
