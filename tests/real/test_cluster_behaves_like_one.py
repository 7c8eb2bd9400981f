"""What the harness asks of a cluster, asked of a real one: pods run, die and are measured, nodes lose their power."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.build import progress
from harness.cluster.api import ApiConflict, ApiError, ApiGone, ApiNotFound, ApiUnavailable, connect
from harness.cluster.container import ContainerGone
from harness.cluster.kernel import processes
from harness.cluster.local import archive
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.local.tools import Tools
from harness.cluster.protocol import ClusterSpec
from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from harness.cluster.protocol import KernelOom

pytestmark = pytest.mark.real
PODS = "/api/v1/namespaces/default/pods"
SHOWN = progress.to()
JsonObject = dict[str, Any]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster.start(ClusterSpec(name="test-behaves"), SHOWN) as started:
        yield started


def start_pod(
    cluster: LocalCluster, name: str, node: str, script: str, *, memory: str | None = None, image: str = "alpine:3.18"
) -> None:
    container: JsonObject = {"name": "main", "image": image, "command": ["sh", "-c", script]}
    if memory is not None:
        container["resources"] = {"limits": {"memory": memory}}
    spec = {
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": 1,
        "nodeSelector": {"kubernetes.io/hostname": node},
        # a machine under load may take longer than the three seconds after which pods are evicted from a dead node
        "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
        "containers": [container],
    }
    cluster.api.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})


def await_object(
    cluster: LocalCluster, path: str, name: str, wanted: Callable[[JsonObject], bool], timeout: int = 60
) -> JsonObject:
    last: JsonObject = {}
    with cluster.api.watch(
        path, resource_version=None, timeout=timeout, fieldSelector=f"metadata.name={name}"
    ) as watch:
        for line in watch:
            if line.type in ("ADDED", "MODIFIED"):
                last = line.object
                if wanted(last):
                    return last
    pytest.fail(f"waited {timeout} s for {path}/{name}; last status: {last.get('status')}")


def running(pod: JsonObject) -> bool:
    return bool(pod["status"].get("phase") == "Running")


def ended(pod: JsonObject) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed")


def ready(node: JsonObject) -> bool:
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in node["status"]["conditions"])


def container_id(pod: JsonObject) -> str:
    return str(pod["status"]["containerStatuses"][0]["containerID"])


def end_of(pod: JsonObject) -> JsonObject:
    return dict(pod["status"]["containerStatuses"][0]["state"]["terminated"])


def test_both_nodes_are_ready_and_every_component_is_alive(cluster: LocalCluster) -> None:
    nodes = cluster.api.get("/api/v1/nodes")["items"]
    assert [node["metadata"]["name"] for node in nodes] == list(cluster.nodes()) == ["node-1", "node-2"]
    assert all(ready(node) for node in nodes)
    assert {node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes} == {cluster.kubernetes}
    assert cluster.health().ok
    assert len(cluster.health().components) == 5 + 2 * 2


@pytest.mark.parametrize("node", ["node-1", "node-2"])
def test_a_pod_on_each_node_reaches_the_api_server_and_its_log_can_be_read(cluster: LocalCluster, node: str) -> None:
    ask = r"printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 5 $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT"
    script = f"{ask} | grep -q 'HTTPS server' && echo reached && exit 3"
    start_pod(cluster, f"reach-{node}", node, script)
    pod = await_object(cluster, PODS, f"reach-{node}", ended)
    assert end_of(pod)["exitCode"] == 3
    assert cluster.api.text(f"{PODS}/reach-{node}/log") == "reached\n"


def test_pods_on_different_nodes_reach_each_other(cluster: LocalCluster) -> None:
    start_pod(cluster, "listens", "node-1", "echo hello | nc -l -p 8080")
    address = await_object(cluster, PODS, "listens", running)["status"]["podIP"]
    start_pod(cluster, "asks", "node-2", f"until nc -w 2 {address} 8080 </dev/null; do sleep 0.1; done")
    await_object(cluster, PODS, "asks", ended)
    assert cluster.api.text(f"{PODS}/asks/log") == "hello\n"


def test_a_killed_container_ends_with_137_and_the_proof_names_its_process(cluster: LocalCluster) -> None:
    start_pod(cluster, "victim", "node-2", "sleep 1000 & wait")
    pod = await_object(cluster, PODS, "victim", running)
    assert {process.command for process in cluster.container(container_id(pod)).processes()} >= {"sleep 1000"}
    began = time.monotonic()
    killed = cluster.container(container_id(pod)).signal(signal.SIGKILL)
    assert killed.monotonic - began < 0.05
    assert killed.command == "sh -c sleep 1000 & wait"
    assert end_of(await_object(cluster, PODS, "victim", ended))["exitCode"] == 137
    with pytest.raises(ContainerGone, match="no node of this cluster runs a container"):
        cluster.container(container_id(pod)).signal(signal.SIGKILL)


def test_the_kernel_log_names_the_container_that_was_out_of_memory(cluster: LocalCluster) -> None:
    kills: list[KernelOom] = []
    log = cluster.kernel_ooms()
    reader = threading.Thread(target=lambda: kills.extend(log))
    reader.start()
    start_pod(cluster, "greedy", "node-1", "tail /dev/zero", memory="32Mi")
    pod = await_object(cluster, PODS, "greedy", ended)
    log.close()
    reader.join(5)
    assert not reader.is_alive()
    assert (end_of(pod)["exitCode"], end_of(pod)["reason"]) == (137, "OOMKilled")
    [kill] = kills
    assert (kill.container_id, kill.node) == (container_id(pod).rpartition("/")[2], "node-1")
    assert kill.task == "tail"


def test_memory_counters_follow_the_container(cluster: LocalCluster) -> None:
    start_pod(cluster, "holds", "node-1", "head -c 20000000 /dev/zero > /dev/shm/held; sleep 1000", memory="64Mi")
    pod = await_object(cluster, PODS, "holds", running)
    deadline = time.monotonic() + 20
    while (
        counters := cluster.container(container_id(pod)).memory()
    ).usage < 20_000_000 and time.monotonic() < deadline:
        time.sleep(0.05)  # the kernel tells nobody
    assert 20_000_000 < counters.usage < 64 << 20
    assert (counters.limit, counters.oom_kills) == (64 << 20, 0)


def test_a_power_cut_ends_every_process_of_the_node_and_power_brings_it_back(cluster: LocalCluster) -> None:
    start_pod(cluster, "cut-off", "node-2", "sleep 1000")
    pod = await_object(cluster, PODS, "cut-off", running)
    inside = {process.pid for process in cluster.container(container_id(pod)).processes()}
    assert inside
    booted = cluster.api.get("/api/v1/nodes/node-2")["status"]["nodeInfo"]["bootID"]
    cluster.power_off("node-2")
    assert not cluster.powered("node-2")
    assert not any(map(alive, inside))
    with pytest.raises(ClusterFailed, match="off already"):
        cluster.power_off("node-2")
    await_object(cluster, "/api/v1/nodes", "node-2", lambda node: not ready(node))
    cluster.power_on("node-2")
    assert cluster.powered("node-2")
    node = await_object(cluster, "/api/v1/nodes", "node-2", ready)
    assert node["status"]["nodeInfo"]["bootID"] != booted
    await_object(cluster, PODS, "cut-off", ended)
    assert cluster.health().ok
    cluster.readiness(60).await_ready(cluster.nodes())
    start_pod(cluster, "after-the-cut", "node-2", "exit 0")
    await_object(cluster, PODS, "after-the-cut", ended)


def alive(pid: int) -> bool:
    return processes.identify(pid) is not None


def test_an_image_can_be_loaded_while_the_cluster_runs(cluster: LocalCluster, tmp_path: Path) -> None:
    busybox = Tools.of_plan(cluster.plan).busybox
    files = (archive.FolderEntry(path="bin"), archive.FileEntry(path="bin/true", source=busybox, mode=0o755))
    archive.write((archive.Image(names=("example.invalid/late:1",), entries=files),), tmp_path / "late.tar")
    cluster.load_image(tmp_path / "late.tar")
    container = {"name": "c", "image": "example.invalid/late:1", "command": ["/bin/true"]}
    spec = {"restartPolicy": "Never", "containers": [container]}
    cluster.api.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "late"}, "spec": spec})
    assert end_of(await_object(cluster, PODS, "late", ended))["exitCode"] == 0


def test_answers_of_the_api_server_have_their_own_errors(cluster: LocalCluster) -> None:
    settings = "/api/v1/namespaces/default/configmaps"
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "twice"}}
    version = cluster.api.create(settings, made)["metadata"]["resourceVersion"]
    with pytest.raises(ApiConflict, match="already exists"):
        cluster.api.create(settings, made)
    with pytest.raises(ApiNotFound, match=r"GET .*none.*404"):
        cluster.api.get(f"{settings}/none")
    with pytest.raises(ApiError, match="unknown field"):
        cluster.api.create(settings, made | {"date": {}})
    with pytest.raises(ApiConflict):
        cluster.api.delete(f"{settings}/twice", uid="another")
    assert int(version) > 0
    with pytest.raises(UsageError, match="no node 'node-9'"):
        cluster.power_off("node-9")


def test_a_watch_hands_events_on_at_once_and_ends_when_another_thread_closes_it(cluster: LocalCluster) -> None:
    settings = "/api/v1/namespaces/default/configmaps"
    version = cluster.api.get(settings)["metadata"]["resourceVersion"]
    arrived: list[tuple[str, float]] = []
    watch = cluster.api.watch(settings, resource_version=version, timeout=60)

    def read() -> None:
        arrived.extend((line.object["metadata"]["name"], time.monotonic()) for line in watch if line.type == "ADDED")

    reader = threading.Thread(target=read)
    reader.start()
    cluster.api.create(settings, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "seen"}})
    created = time.monotonic()
    await_object(cluster, settings, "seen", lambda _: True)
    time.sleep(0.2)
    watch.close()
    reader.join(5)
    assert not reader.is_alive()
    [(name, at)] = arrived
    assert name == "seen"
    assert at - created < 0.5


def test_a_watch_from_a_version_long_gone_says_so(cluster: LocalCluster) -> None:
    with (
        pytest.raises(ApiGone, match="too old resource version"),
        cluster.api.watch("/api/v1/pods", resource_version="1", timeout=5) as watch,
    ):
        list(watch)


def test_a_second_client_from_the_kubeconfig_works_and_a_wrong_one_is_a_clear_error(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    assert connect(cluster.kubeconfig).get("/version")["gitVersion"] == cluster.kubernetes
    with pytest.raises(UsageError, match="cannot be read"):
        connect(tmp_path / "none")


def test_a_dead_api_server_is_told_from_an_answer(cluster: LocalCluster) -> None:
    """Last, since the cluster is of no use after it."""
    cluster.kill_component("kube-apiserver")
    deadline = time.monotonic() + 5
    while cluster.health().ok and time.monotonic() < deadline:
        time.sleep(0.01)  # killed by another process, so there is nothing here to wait for
    with pytest.raises(ApiUnavailable):
        cluster.api.get("/version")
    assert str(cluster.health()) == "dead: kube-apiserver"
    assert cluster.health().dead[0].detail == "ended with -9"
