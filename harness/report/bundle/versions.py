"""Under what this was seen: a maintainer's first question, answered to the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.report.bundle.evidence import Evidence

_NODE: Final = (
    "kubeletVersion",
    "containerRuntimeVersion",
    "osImage",
    "kernelVersion",
    "operatingSystem",
    "architecture",
)


def record(evidence: Evidence) -> dict[str, Any]:
    """`versions.json`."""
    header = evidence.header
    return {
        "argo": header.argo,
        "builds": dict(header.builds),
        "kubernetes": header.kubernetes,
        "provider": header.provider,
        "reused": header.reused,
        "cgroup": header.cgroup.value,
        "nodes": dict(_nodes(evidence)),
        "images": dict(sorted(_images(evidence))),
        "controller": {"env": dict(header.settings.env), "args": list(header.settings.args)},
        "harness": f"argo-shakedown {header.harness}",
        "scenario": {"name": header.scenario.name, "sha256": header.scenario.sha256},
    }


def page(versions: Mapping[str, Any]) -> str:
    """`versions.md`."""
    return f"# Versions\n\n{table(versions)}"


def table(versions: Mapping[str, Any]) -> str:
    rows = "".join(f"| {name} | {' '.join(value.split())} |\n" for name, value in _rows(versions) if value)
    return f"| what | version |\n|---|---|\n{rows}"


def _rows(versions: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Argo Workflows", versions["argo"]
    for part, build in versions["builds"].items():
        yield f"{part} (image digest or id of its build)", f"`{build}`"
    yield "Kubernetes", f"{versions['kubernetes']} (provider `{versions['provider']}`)"
    yield "cluster", "used before, nothing of that was found in it" if versions["reused"] else ""
    yield "cgroup", versions["cgroup"]
    for name, words in _NAMES.items():
        found = sorted({node[name] for node in versions["nodes"].values() if node.get(name)})
        yield words, ", ".join(found)
    for image, digest in versions["images"].items():
        yield f"image {image}", f"`{digest}`"
    yield (
        "controller environment",
        ", ".join(f"`{key}={value}`" for key, value in versions["controller"]["env"].items()),
    )
    yield "controller arguments", " ".join(f"`{text}`" for text in versions["controller"]["args"])
    yield "harness", versions["harness"]


_NAMES: Final = {"containerRuntimeVersion": "container runtime", "osImage": "nodes", "kernelVersion": "kernel"}


def _nodes(evidence: Evidence) -> Iterator[tuple[str, dict[str, str]]]:
    for node in evidence.objects("node"):
        info = node.get("status", {}).get("nodeInfo", {})
        yield node["metadata"]["name"], {key: info[key] for key in _NODE if info.get(key)}


def _images(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for pod in evidence.objects("pod"):
        status = pod.get("status", {})
        for kind in ("initContainerStatuses", "containerStatuses"):
            for container in status.get(kind) or ():
                if container.get("imageID"):
                    yield container["image"], container["imageID"]
