"""All that a fault may change, read with other eyes than the harness has: the objects of the API, /proc and /sys."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.cluster.api import ApiError, ApiNotFound
from harness.cluster.kernel import processes
from harness.cluster.kind import engine
from harness.cluster.kind.cluster import KindCluster
from harness.cluster.local import layout, leftovers
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.api import Api
    from harness.cluster.protocol import Cluster

Raw = dict[str, Any]
World = dict[str, Any]
NAMESPACE: Final = "default"
CORE: Final = f"/api/v1/namespaces/{NAMESPACE}"
PROGRAMS: Final = ("etcd", "kube-apiserver", "kube-controller", "kube-scheduler", "containerd", "kubelet")
FILES: Final = (
    "memory.limit_in_bytes", "memory.max", "memory.oom.group",
    "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.max",
)  # fmt: skip
VICTIM: Final = ("pod", "container")
SETTLED_WITHIN: Final = 40.0
"""Seconds: taints of a node that was away are taken off by a controller, in its own time."""


def look(cluster: Cluster, pod: str) -> World:
    """What the API holds is left out where it cannot be asked."""
    world = kernel(cluster)
    if {"etcd", "kube-apiserver"} & set(world["stopped"]):
        return world
    with suppress(ApiError):
        world |= nodes(cluster.api) | controller(cluster.api) | objects(cluster.api) | victim(cluster, pod)
    return world


def as_before(cluster: Cluster, pod: str, before: World) -> dict[str, tuple[Any, Any]]:
    """What is different still when time is up: as it was, and as it is. A victim that has died does not come back."""
    deadline = time.monotonic() + SETTLED_WITHIN
    while (found := _but_the_dead(different(before, look(cluster, pod)))) and time.monotonic() < deadline:
        time.sleep(0.1)  # so many things have no event in common
    return found


def different(before: World, now: World) -> dict[str, tuple[Any, Any]]:
    keys = sorted(before.keys() | now.keys())
    return {key: (before.get(key), now.get(key)) for key in keys if before.get(key) != now.get(key)}


def _but_the_dead(found: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {key: (was, now) for key, (was, now) in found.items() if not (key in VICTIM and now is None)}


def kernel(cluster: Cluster) -> World:
    """The cluster's own programs and which of its processes are stopped, its containers' among them."""
    pids = list(descendants(roots(cluster)))
    ran = Counter(found for pid in pids if (found := processes.name(pid)[:15]) in PROGRAMS)
    stopped = sorted(processes.name(pid) for pid in pids if processes.state(pid) == "T")
    return {
        "programs": dict(sorted(ran.items())),
        "stopped": stopped,
        "paused": paused(cluster),
        "links down": down(cluster),
        "faults of the API": standing(cluster),
    }


def standing(cluster: Cluster) -> list[str]:
    """As the proxy itself says, where there is one."""
    try:
        return sorted(map(str, cluster.api_proxy().standing()))
    except UsageError:
        return []


def down(cluster: Cluster) -> list[str]:
    """Of the network namespaces of the cluster's first processes: a cable that is cut is a link that is down."""
    found = []
    for pid in sorted(roots(cluster)):
        argv = ("nsenter", f"--target={pid}", "--net", "ip", "-json", "link", "show")
        links = json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
        found += [each["ifname"] for each in links if "UP" not in each["flags"]]
    return sorted(found)


def roots(cluster: Cluster) -> set[int]:
    """The first process of the embedded cluster, or those of kind's nodes."""
    if isinstance(cluster, KindCluster):
        told = engine.call("inspect", "--format", "{{.State.Pid}}", *(each.name for each in cluster.machines))
        return set(map(int, told.split())) - {0}
    init = leftovers.recorded(layout.RUNS / cluster.name, "init")
    assert init is not None
    return {init.pid}


def paused(cluster: Cluster) -> list[str]:
    """Nodes of kind that the engine has frozen: their processes sleep, and are not stopped by a signal."""
    if not isinstance(cluster, KindCluster):
        return []
    told = engine.call("ps", "--filter", "status=paused", "--format", "{{.Names}}").split()
    return sorted(set(told) & {each.name for each in cluster.machines})


def descendants(roots: set[int]) -> Iterator[int]:
    parents = {pid: processes.parent(pid) for pid in processes.every()}
    inside = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in inside} - inside:
        inside |= more
    return iter(sorted(inside))


def nodes(api: Api) -> World:
    return {f"node {each['metadata']['name']}": _node(each) for each in api.get("/api/v1/nodes")["items"]}


def _node(raw: Raw) -> Raw:
    ready = [each["status"] for each in raw["status"]["conditions"] if each["type"] == "Ready"]
    taints = sorted(f"{each['key']}:{each['effect']}" for each in raw["spec"].get("taints", []))
    return {"ready": ready, "taints": taints, "unschedulable": raw["spec"].get("unschedulable", False)}


def controller(api: Api) -> World:
    apps, core = "/apis/apps/v1/namespaces/argo/deployments", "/api/v1/namespaces/argo"
    deployment = api.get(f"{apps}/workflow-controller")["spec"]
    pods = api.get(f"{core}/pods", labelSelector="app=workflow-controller")["items"]
    config = api.get(f"{core}/configmaps/workflow-controller-configmap").get("data") or {}
    started = [each["restartCount"] for pod in pods for each in pod["status"].get("containerStatuses", [])]
    ready = [each["ready"] for pod in pods for each in pod["status"].get("containerStatuses", [])]
    return {
        "controller": {"replicas": deployment["replicas"], "spec": deployment["template"]["spec"]},
        "controller pods": {"started anew": started, "ready": ready},
        "config": config,
        "roles of argo": _roles(api),
        "types of argo": _types(api),
    }


def _roles(api: Api) -> Raw:
    listed = api.get("/apis/rbac.authorization.k8s.io/v1/clusterroles")["items"]
    return {each["metadata"]["name"]: each["rules"] for each in listed if each["metadata"]["name"].startswith("argo")}


def _types(api: Api) -> Raw:
    listed = api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"]
    return {each["metadata"]["name"]: each["spec"]["versions"] for each in listed}


def objects(api: Api) -> World:
    """Of the namespace of the workflow."""
    rbac, argo = "/apis/rbac.authorization.k8s.io/v1", "/apis/argoproj.io/v1alpha1"
    results = api.get(f"{argo}/namespaces/{NAMESPACE}/workflowtaskresults")["items"]
    ours = [each["metadata"]["name"] for each in results if "shakedown/made-by" in each["metadata"].get("labels", {})]
    return {
        "role": api.get(f"{rbac}/namespaces/{NAMESPACE}/roles/executor")["rules"],
        "quotas": [each["metadata"]["name"] for each in api.get(f"{CORE}/resourcequotas")["items"]],
        "config maps": {each["metadata"]["name"]: each.get("data") for each in api.get(f"{CORE}/configmaps")["items"]},
        "task results of the harness": ours,
    }


def victim(cluster: Cluster, name: str) -> World:
    """Nothing where the pod, or its container, has ended: that is not undone by anybody."""
    try:
        pod = cluster.api.get(f"{CORE}/pods/{name}")
    except ApiNotFound:
        return {}
    spec = pod["spec"]
    images = {each["name"]: each["image"] for each in [*spec.get("initContainers", []), *spec["containers"]]}
    running = {
        each["name"]: each["containerID"].rpartition("/")[2]
        for each in pod["status"].get("containerStatuses", [])
        if "running" in each["state"]
    }
    kept = {VICTIM[0]: {"finalizers": pod["metadata"].get("finalizers", []), "images": images}}
    return kept | ({VICTIM[1]: container(running["main"])} if "main" in running else {})


def container(plain: str) -> Raw:
    # containerd calls it by the id alone, systemd cri-containerd-ID.scope
    folders = [folder for folder in Path("/sys/fs/cgroup").glob(f"**/*{plain}*") if folder.is_dir()]
    files = {name: (folder / name).read_text() for folder in folders for name in FILES if (folder / name).exists()}
    pids = sorted({int(pid) for folder in folders for pid in (folder / "cgroup.procs").read_text().split()})
    scores = {(Path("/proc") / str(pid) / "oom_score_adj").read_text() for pid in pids[:1]}
    return {**files, "score": scores, "free": _free(pids[0]) if pids else None}


def _free(pid: int) -> int | None:
    with suppress(OSError):
        return os.statvfs(f"/proc/{pid}/root/work").f_bavail
    return None
