"""Where an activity happens: a cluster that `shakedown cluster up` started on any provider, or one that its owner has
adopted, and what of it the experiment names.

An experiment is a plain file, so everything is a name; what a name stands for is looked up when the activity runs.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.argo import build as argo_build
from harness.argo.settings import ControllerSettings
from harness.cluster.api import ApiNotFound
from harness.cluster.existing import ExistingCluster, usual_kubeconfig
from harness.cluster.ownership import Claim
from harness.cluster.protocol import Cluster
from harness.cluster.providers import running
from harness.model.errors import UsageError
from harness.model.image import Image
from harness.model.release import Release
from harness.run.permission import permit
from harness.run.site import Site
from harness.scenario.verbs import Verb

CONTROLLER = "/apis/apps/v1/namespaces/argo/deployments/workflow-controller"
CLUSTER_KEY = "shakedown_cluster"
CONTEXT_KEY = "shakedown_context"
KUBECONFIG_KEY = "shakedown_kubeconfig"
OWNED_KEY = "shakedown_i_own_this_cluster"
CLUSTER_FAULTS_KEY = "shakedown_allow_cluster_faults"
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
    claim: Claim | None = None
    """Where the cluster is not one of the harness."""
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
    claim = claimed(given)
    name = claim.context if claim else str(given.get(CLUSTER_KEY, DEFAULT_CLUSTER))
    return Place(cluster=name, proof_within=patience, claim=claim, **named)


def claimed(given: Mapping[str, Any]) -> Claim | None:
    if not given.get(CONTEXT_KEY):
        return None
    return Claim(
        kubeconfig=Path(str(given.get(KUBECONFIG_KEY) or usual_kubeconfig())).expanduser(),
        context=str(given[CONTEXT_KEY]),
        owned=str(given.get(OWNED_KEY) or ""),
        cluster_faults=str(given.get(CLUSTER_FAULTS_KEY, "")).lower() == "true",
    )


@contextlib.contextmanager
def attached(where: Place, action: Verb | None) -> Iterator[Cluster]:
    """The cluster, once it is known that the action may be done there."""
    cluster: Cluster = ExistingCluster.attach(where.claim) if where.claim else running(where.cluster)
    try:
        permit(cluster, action, where.claim)
        yield cluster
    finally:
        cluster.leave()


@contextlib.contextmanager
def opened(where: Place, action: Verb | None) -> Iterator[Site]:
    """A site on the running cluster, with watches that started before anything is done."""
    with attached(where, action) as cluster:
        build, settings = installed(cluster)
        site = Site(cluster, build, settings)
        try:
            site.open()
            yield site
        finally:
            site.close()


def installed(cluster: Cluster) -> tuple[argo_build.ArgoBuild, ControllerSettings]:
    """The release that is installed, as it was built here (its command line is wanted), and its environment."""
    try:
        controller = cluster.api.get(CONTROLLER)
    except ApiNotFound as error:
        raise UsageError(
            f"cluster {cluster.name} has no Argo",
            cure=f"end it and start it with `shakedown cluster up {cluster.name} --argo RELEASE`",
        ) from error
    container = controller["spec"]["template"]["spec"]["containers"][0]
    release = Release.parse(Image.parse(container["image"]).tag)
    build = argo_build.find(release)
    if build is None:
        raise UsageError(f"Argo {release} is not in the cache", cure=f"shakedown argo build {release}")
    env = {each["name"]: each["value"] for each in container.get("env", []) if "value" in each}
    return build, ControllerSettings(env=env)
