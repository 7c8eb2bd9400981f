"""Where an activity happens: a cluster that `shakedown cluster up` started, and what of it the experiment names.

An experiment is a plain file, so everything is a name; what a name stands for is looked up when the activity runs.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.argo import build as argo_build
from harness.argo.settings import ControllerSettings
from harness.cluster.api import ApiNotFound
from harness.cluster.local.cluster import LocalCluster
from harness.model.errors import UsageError
from harness.model.release import Release
from harness.run.site import Site

CONTROLLER = "/apis/apps/v1/namespaces/argo/deployments/workflow-controller"
CLUSTER_KEY = "shakedown_cluster"
PATIENCE_KEY = "shakedown_proof_within"
DEFAULT_CLUSTER = "dev"
PROOF_WITHIN = 60.0
"""Seconds for the proof of a landing; a lost node needs about 15, a drained pod its grace period."""

Settings = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the experiment names. Empty strings where it names nothing."""

    cluster: str
    proof_within: float
    namespace: str = "default"
    workflow: str = ""
    pod: str = ""
    template: str = ""
    task_result: str = ""
    host: str = ""


def place(configuration: Settings, **named: str) -> Place:
    given = configuration or {}
    try:
        patience = float(given.get(PATIENCE_KEY, PROOF_WITHIN))
    except (TypeError, ValueError):
        raise UsageError(
            f"{PATIENCE_KEY} is {given[PATIENCE_KEY]!r}, not a number of seconds", cure="write one, such as 60"
        ) from None
    return Place(cluster=str(given.get(CLUSTER_KEY, DEFAULT_CLUSTER)), proof_within=patience, **named)


@contextlib.contextmanager
def opened(where: Place) -> Iterator[Site]:
    """A site on the running cluster, with watches that started before anything is done."""
    cluster = LocalCluster.attach(where.cluster)
    try:
        site = Site(cluster, _build(cluster), ControllerSettings())
        try:
            site.open()
            yield site
        finally:
            site.close()
    finally:
        cluster.api.close()


def _build(cluster: LocalCluster) -> argo_build.ArgoBuild:
    """The release that is installed, as it was built here: its command line is wanted."""
    try:
        controller = cluster.api.get(CONTROLLER)
    except ApiNotFound as error:
        raise UsageError(
            f"cluster {cluster.name} has no Argo",
            cure=f"end it and start it with `shakedown cluster up {cluster.name} --argo RELEASE`",
        ) from error
    image: str = controller["spec"]["template"]["spec"]["containers"][0]["image"]
    release = Release.parse(image.rpartition(":")[2])
    build = argo_build.find(release)
    if build is None:
        raise UsageError(f"Argo {release} is not in the cache", cure=f"shakedown argo build {release}")
    return build
