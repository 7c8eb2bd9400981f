"""Gives a container of a pending pod an image whose registry does not exist.

A pod's images may be changed, and the kubelet then pulls what stands there. A user meets it as `ErrImagePull` and
`ImagePullBackOff`: a tag that was deleted, a registry that is down, a typing error in an upgrade.
"""

from collections.abc import Mapping
from typing import Any

from harness.faults import pods
from harness.faults.context import Context, Missed, Refused
from harness.model.signs import BROKEN_IMAGE
from harness.scenario.verbs import BreakImage


def remember(context: Context, action: BreakImage) -> Mapping[str, str]:
    pod = pods.now(context)
    if pod is None:
        raise Missed(f"pod {context.target.pod} (uid {context.target.pod_uid}) is already gone")
    return {"image": _image(pod, action.container)}


def inject(context: Context, action: BreakImage) -> str:
    changed = _patch(context, action.container, BROKEN_IMAGE)
    return f"container {action.container} of pod {context.target.pod} has image {_image(changed, action.container)}"


def heal(context: Context, action: BreakImage) -> str:
    where, image = f"container {action.container} of pod {context.target.pod}", context.remembered["image"]
    try:
        changed = _patch(context, action.container, image)
    except Missed:
        return f"pod {context.target.pod} is gone"
    if (now := _image(changed, action.container)) != image:
        raise Refused(f"{where} has image {now} instead of {image}")
    return f"{where} has image {image} again"


def _patch(context: Context, container: str, image: str) -> dict[str, Any]:
    group = "initContainers" if container == "init" else "containers"
    return pods.patch(context, {"spec": {group: [{"name": container, "image": image}]}})


def _image(pod: dict[str, Any], container: str) -> str:
    """Raises Missed where the pod has no such container."""
    groups = (pod["spec"].get(group, ()) for group in ("initContainers", "containers"))
    found = (each["image"] for group in groups for each in group if each["name"] == container)
    image: str | None = next(found, None)
    if image is None:
        raise Missed(f"pod {pod['metadata']['name']} has no container {container}")
    return image
