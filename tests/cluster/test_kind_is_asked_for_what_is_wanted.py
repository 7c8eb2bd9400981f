"""What a cluster of kind is made from, how its containers are found, and whose it is: all that needs no engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from harness.cluster.api import Api, ApiUnavailable
from harness.cluster.container import ContainerGone
from harness.cluster.kernel import membership, processes
from harness.cluster.kernel.processes import ProcessId
from harness.cluster.kind import config, engine, leftovers, machines, records, requirements, switching
from harness.cluster.kind.cluster import KindCluster
from harness.cluster.kind.layout import Layout
from harness.cluster.kind.machines import Machine
from harness.cluster.protocol import ClusterSpec
from harness.cluster.providers import VARIABLE, choose
from harness.model.errors import ClusterFailed, MachineUnfit, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTAINER = "63e0e392a952d544d7c81282dd1fc92a4fe7a4e0549df798a5dd3b2514c62053"
BESIDE = CONTAINER.replace("63e0", "0000")
SLICE = "kubelet.slice/kubelet-kubepods.slice"
PLACES = {
    "embedded, burstable": f"kubepods/burstable/podx/{CONTAINER}",
    "embedded, guaranteed": f"kubepods/podx/{CONTAINER}",
    "kind, burstable": f"{SLICE}/kubelet-kubepods-burstable.slice/podx.slice/cri-containerd-{CONTAINER}.scope",
    "kind, guaranteed": f"{SLICE}/kubelet-kubepods-podx.slice/cri-containerd-{CONTAINER}.scope",
    "kind before Kubernetes 1.24": f"kubelet/kubepods/besteffort/podx/{CONTAINER}",
}


def rendered(nodes: int = 2, kubernetes: str = "v1.34.4") -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load(config.render(ClusterSpec(name="x", nodes=nodes, kubernetes=kubernetes)))
    return whole


def patches() -> dict[str, dict[str, Any]]:
    parsed = [yaml.safe_load(text) for text in rendered()["kubeadmConfigPatches"]]
    return {f"{each['kind']} {each['apiVersion'].rpartition('/')[2]}": each for each in parsed}


@pytest.mark.parametrize("nodes", [1, 3])
def test_there_is_a_worker_for_each_node_and_a_control_plane_besides(
    nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(config.IMAGE_VARIABLE, raising=False)
    found = rendered(nodes)["nodes"]
    assert [node["role"] for node in found] == ["control-plane"] + ["worker"] * nodes
    assert {node["image"] for node in found} == {"kindest/node:v1.34.4"}


def test_a_named_node_image_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.IMAGE_VARIABLE, "kindest/node:mine")
    assert {node["image"] for node in rendered()["nodes"]} == {"kindest/node:mine"}


def test_a_named_node_image_can_have_a_place_for_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.IMAGE_VARIABLE, "lab/node:{kubernetes}-lab")
    assert {node["image"] for node in rendered()["nodes"]} == {"lab/node:v1.34.4-lab"}


def test_both_forms_of_the_patches_say_the_same_for_one_is_left_out() -> None:
    old, new = (patches()[f"ClusterConfiguration {version}"] for version in ("v1beta3", "v1beta4"))
    for part in ("apiServer", "controllerManager"):
        listed = {each["name"]: each["value"] for each in new[part]["extraArgs"]}
        assert listed == old[part]["extraArgs"]
    assert old["controllerManager"]["extraArgs"]["node-monitor-grace-period"] == "8s"


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_container_is_found_wherever_its_kubelet_has_put_it(tmp_path: Path, place: str) -> None:
    (tmp_path / "node" / place).mkdir(parents=True)
    (tmp_path / "node" / place.replace(CONTAINER, BESIDE)).mkdir(parents=True)
    nodes = [tmp_path / "switched-off", tmp_path / "node"]
    assert membership.find(nodes, f"containerd://{CONTAINER}") == tmp_path / "node" / place


@pytest.mark.parametrize("container", ["", "containerd://", CONTAINER[:12]])
def test_an_id_that_is_not_whole_finds_nothing(tmp_path: Path, container: str) -> None:
    (tmp_path / PLACES["kind, burstable"]).mkdir(parents=True)
    with pytest.raises(ContainerGone):
        membership.find([tmp_path], container)


def test_a_name_that_makes_no_host_name_is_refused() -> None:
    longest = Layout(name="x" * 39).kind_name
    assert len(f"{longest}-control-plane") == 63
    with pytest.raises(UsageError, match="too long for a cluster of kind"):
        Layout(name="x" * 40)


def keeper_of(pid: int, started: int, machine: str) -> records.Record:
    return records.Record(cluster="x", keeper=ProcessId(pid=pid, started=started), machine=machine)


def test_only_a_keeper_of_this_machine_can_be_dead() -> None:
    me = processes.identify(os.getpid())
    assert me is not None
    assert keeper_of(me.pid, me.started, records.machine()).alive
    assert not keeper_of(me.pid, me.started + 1, records.machine()).alive
    assert keeper_of(me.pid, me.started + 1, "another boot/4026531836").alive


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A PATH with nothing on it but what a test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)

    def put(name: str, script: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)

    return put


def test_without_docker_and_kind_both_are_told_and_the_embedded_cluster_is_chosen(
    on_path: Callable[[str, str], None],
) -> None:
    assert [lack.what for lack in requirements.lacks()] == [
        "there is no kind on PATH",
        "no Docker engine answers: there is no docker on PATH",
    ]
    with pytest.raises(MachineUnfit, match="there is no docker on PATH"):
        engine.call("ps")
    chosen = choose("auto")
    assert (chosen.name, chosen.why) == ("local", "there is no kind on PATH, so the cluster is the embedded one")


def test_an_old_kind_is_refused_by_its_version(on_path: Callable[[str, str], None]) -> None:
    on_path("kind", "echo 'kind v0.19.0 go1.20.4 linux/amd64'")
    assert requirements.lacks()[0].what == "kind 0.19.0 is older than 0.20"


def test_an_engine_that_is_not_there_is_quoted(on_path: Callable[[str, str], None]) -> None:
    on_path("kind", "echo 'kind v0.30.0 go1.24.6 linux/amd64'")
    on_path("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    (lack,) = requirements.lacks()
    assert lack.what == "no Docker engine answers: Cannot connect to the Docker daemon"
    assert choose("auto").name == "local"
    assert choose("kind").name == "kind"


ID = "5d0c" * 16


@pytest.mark.parametrize(
    ("lines", "cgroup"),
    [
        ([f"0::/system.slice/docker-{ID}.scope/init"], f"system.slice/docker-{ID}.scope"),
        (["1:name=systemd:/x", f"4:memory:/docker/{ID}/kubelet", "0::/"], f"docker/{ID}"),
        ([f"4:cpu,memory:/docker/{ID}"], f"docker/{ID}"),
        ([f"0::/../../docker/{ID}"], None),
        ([f"0::/docker/../{ID}"], None),
        ([f"4:cpu:/docker/{ID}"], None),
        (["0::/"], None),
        ([], None),
    ],
)
def test_the_cgroup_of_a_node_is_followed_only_where_it_can_be_seen(lines: list[str], cgroup: str | None) -> None:
    assert machines.cgroup_of(lines, ID) == cgroup


NODE = Machine(name="x-worker", role=machines.WORKER, id=ID, cgroup=None, networks=frozenset({"kind-x"}))
DOCKER = """
case $1 in
  exec) printf '{links}' ;;
  inspect) echo '[{{"NetworkSettings": {{"Networks": {networks}}}}}]' ;;
esac
"""
IN_IT = '{"kind-x": {}, "another": {}}'


@pytest.mark.parametrize(
    ("links", "networks", "connected"),
    [
        (r"0x1003 whole\n", IN_IT, True),
        (r"0x1003 whole\n0x1003 whole\n", IN_IT, True),
        (r"0x1002 whole\n", IN_IT, False),
        (r"0x1003 whole\n0x1002 whole\n", IN_IT, False),
        (r"0x1003 cut\n", IN_IT, False),
        ("", IN_IT, False),
        (r"0x1003 whole\n", '{"another": {}}', False),
        (r"0x1003 whole\n", "{}", False),
    ],
    ids=["whole", "two links", "link down", "one link down", "routes not back", "no link", "taken out", "in none"],
)
def test_a_node_is_connected_when_nothing_of_it_is_cut(
    on_path: Callable[[str, str], None], links: str, networks: str, *, connected: bool
) -> None:
    on_path("docker", DOCKER.format(links=links, networks=networks))
    assert switching.connected(NODE) is connected


def test_the_networks_of_a_container_that_is_gone_are_none(on_path: Callable[[str, str], None]) -> None:
    on_path("docker", "echo '[]'; echo 'Error: no such container' >&2; exit 1")
    assert machines.networks("x-worker") == frozenset()


class Unasked(Api):
    def __init__(self) -> None:
        """It leads nowhere."""


def test_an_image_is_not_there_because_every_node_is_off(on_path: Callable[[str, str], None]) -> None:
    on_path("docker", """echo '[{"Name": "/x-worker", "State": {"Running": false}}]'""")
    cluster = KindCluster(layout=Layout(name="x"), kubernetes="v1.34.4", api=Unasked(), machines=(NODE,))
    with pytest.raises(ClusterFailed, match="no node of cluster x is on"):
        cluster.has_image("alpine:3.18")
    with pytest.raises(UsageError, match="has no node 'y'; it has: x-worker"):
        cluster.powered("y")


def test_a_cluster_whose_api_server_does_not_answer_can_be_attached_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: Callable[[str, str], None]
) -> None:
    """Or nobody could thaw it."""
    on_path("docker", "echo '[]'")
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    monkeypatch.setattr(leftovers, "clusters", lambda: ("x",))
    layout = Layout(name="x")
    layout.run.mkdir(parents=True)
    layout.kubeconfig.write_text(SILENT)
    layout.version.write_text("v1.34.4")
    assert KindCluster.attach("x").kubernetes == "v1.34.4"
    layout.version.unlink()
    with pytest.raises(ApiUnavailable):
        KindCluster.attach("x")


SILENT: Final = """
apiVersion: v1
kind: Config
current-context: x
contexts: [{name: x, context: {cluster: x, user: x}}]
clusters: [{name: x, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: x, user: {}}]
"""
