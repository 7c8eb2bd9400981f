"""What a cluster of kind is made from, how its containers are found, and whose it is: all that needs no engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from harness.cluster.container import ContainerGone
from harness.cluster.kernel import membership, processes
from harness.cluster.kernel.processes import ProcessId
from harness.cluster.kind import config, engine, records, requirements
from harness.cluster.kind.layout import Layout
from harness.cluster.protocol import ClusterSpec
from harness.cluster.providers import VARIABLE, choose
from harness.model.errors import MachineUnfit, UsageError

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
