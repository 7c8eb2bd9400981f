"""Whether the controllers that run are those that their Deployment describes: what is tested is what runs.

In the middle of a rollout, or where a pod was changed by hand, the Deployment names a release that does not serve yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from harness.argo.manifests import CONTROLLER
from harness.cluster.api import ApiError
from harness.model.errors import HarnessError
from harness.model.image import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.api import Api

Manifest = dict[str, Any]
NODES: Final = "/api/v1/nodes"
_WAIT: Final = "wait for it, then run again: kubectl -n {} rollout status deployment {}"


class NotAsDeployed(HarnessError):
    """The controllers that run are not, or not all, what their Deployment says."""


def demand_agreement(api: Api, deployment: Manifest, image: str) -> None:
    """Returns where all controllers run `image`, which the Deployment names. Raises NotAsDeployed."""
    meta = deployment["metadata"]
    name, cure = f"{meta['namespace']}/{meta['name']}", _WAIT.format(meta["namespace"], meta["name"])
    for problem in _under_way(deployment):
        raise NotAsDeployed(f"the rollout of the controller {name} is not complete: {problem}", cure=cure)
    pods = _pods(api, deployment)
    for pod in pods:
        if "deletionTimestamp" in pod["metadata"]:
            raise NotAsDeployed(
                f"the rollout of the controller {name} is not complete: pod {pod['metadata']['name']} has not ended",
                cure=cure,
            )
    for problem in _other_images(pods, image):
        raise NotAsDeployed(
            f"the controllers of {name} do not all run its image {image}: {problem}",
            cure=f"kubectl -n {meta['namespace']} rollout restart deployment {meta['name']}, then run again",
        )
    if not any(map(_running, pods)):
        raise NotAsDeployed(
            f"no controller of {name} runs, so nothing tells its release",
            cure=f"see why: kubectl -n {meta['namespace']} describe deployment {meta['name']}",
        )


def demand_tag_of_digest(api: Api, image: Image) -> None:
    """Of a name with both a node runs the digest, and nobody looks at the tag: some node must know both as one image.

    A node lists the names under which it has an image. Raises NotAsDeployed.
    """
    both = {f"{image.repository}:{image.tag}", f"{image.repository}@{image.digest}"}
    try:
        listed = [one for node in api.get(NODES)["items"] for one in node.get("status", {}).get("images") or ()]
    except ApiError:
        listed = []
    if not any(both <= set(one.get("names") or ()) for one in listed):
        raise NotAsDeployed(
            f"whether {image.digest} is {image.tag} cannot be checked: the controller's image is named by both,"
            " and the digest alone is what runs",
            cure=f"name it by its tag alone ({image.repository}:{image.tag}) in the Deployment",
        )


def image_id(pod: Manifest) -> str:
    """What the runtime calls the image of the controller in this pod, as a rule with its digest; "" where it has not
    said."""
    return str(_status(pod).get("imageID", ""))


def _under_way(deployment: Manifest) -> Iterator[str]:
    status, generation = deployment.get("status", {}), deployment["metadata"].get("generation", 0)
    observed = status.get("observedGeneration", 0)
    if observed < generation:
        yield f"its last change was not taken up yet (generation {generation}, observed {observed})"
    wanted = deployment["spec"].get("replicas", 1)
    there, updated = status.get("replicas", 0), status.get("updatedReplicas", 0)
    if not there == updated == wanted:
        yield f"{updated} of {wanted} replicas are of its last change, and {there} are there"


def _pods(api: Api, deployment: Manifest) -> list[Manifest]:
    """Those that it selects, also of its former ReplicaSets; not those that have ended."""
    namespace = deployment["metadata"]["namespace"]
    labels = deployment["spec"]["selector"].get("matchLabels", {})
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    try:
        found = api.get(f"/api/v1/namespaces/{namespace}/pods", labelSelector=selector)["items"]
    except ApiError as error:
        raise NotAsDeployed(
            f"which controllers run in {namespace} cannot be seen: {error.message}",
            cure="the user of this context must be allowed to list pods there",
        ) from error
    return [pod for pod in found if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")]


def _other_images(pods: list[Manifest], image: str) -> Iterator[str]:
    """The registry may be another: clusters put their mirror into the names of images."""
    stated = Image.parse(image)
    ids: dict[str, str] = {}
    for pod in pods:
        name = pod["metadata"]["name"]
        for wanted in (one["image"] for one in pod["spec"]["containers"] if one["name"] == CONTROLLER):
            if _without_registry(wanted) != _without_registry(image):
                yield f"pod {name} was made with {wanted}"
        status = _status(pod)
        # the runtime may call an image by another of its names; only one that says another release contradicts
        shown = Image.parse(status.get("image", ""))
        if shown.name == stated.name and shown.release not in (None, stated.release):
            yield f"pod {name} runs {status['image']}"
        if found := image_id(pod):
            ids.setdefault(found, name)
    if len(ids) > 1:
        yield "; ".join(f"pod {name} runs {found}" for found, name in ids.items())


def _without_registry(image: str) -> Image:
    parsed = Image.parse(image)
    return replace(parsed, repository=parsed.name)


def _running(pod: Manifest) -> bool:
    return "running" in _status(pod).get("state", {})


def _status(pod: Manifest) -> Manifest:
    """Of the controller's container, whatever else is in its pod; empty where it has none yet."""
    listed: list[Manifest] = pod.get("status", {}).get("containerStatuses") or []
    return next((one for one in listed if one["name"] == CONTROLLER), {})
