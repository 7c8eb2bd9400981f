"""What a machine lacks is one line with a cure, and a specification that cannot work is refused before it starts."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest

from harness.cluster import requirements
from harness.cluster.kernel import cgroups
from harness.cluster.local import certificates, controlplane, plan
from harness.cluster.local.tools import Tools
from harness.cluster.protocol import ClusterHealth, ClusterSpec, ComponentHealth
from harness.model.errors import MachineUnfit, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.local.cluster import LocalCluster
    from harness.cluster.protocol import Cluster

    # checked by the type checker: faults ask for a Cluster and are given this one
    _IS_ONE: type[Cluster] = LocalCluster


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def whats(folder: Path) -> list[str]:
    found = requirements.lacks(folder)
    assert all(lack.cure for lack in found)
    return [lack.what for lack in found]


def test_not_being_root_is_said_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert whats(tmp_path)[0] == "you are not root"
    with pytest.raises(MachineUnfit, match=r"you are not root; run it as root"):
        requirements.check(tmp_path)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(total=10 << 30, used=0, free=3 << 20))
    assert f"{tmp_path / 'not' / 'yet'} has 3 MB free, and 1024 MB are needed" in whats(tmp_path / "not" / "yet")


def test_missing_tools_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "there is no ip and no mount and no setpriv and no unshare" in whats(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may ask a kernel for links")
def test_a_kernel_that_makes_no_bridge_is_said_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any("bridge" in what for what in whats(tmp_path))
    monkeypatch.setattr(requirements, "_LINK_KINDS", "link add bridge0 type unheard-of\n")
    (said,) = [what for what in whats(tmp_path) if "bridge" in what]
    assert said.startswith("the kernel makes no bridge or no veth pair: ")
    assert "unheard-of" in said or "Unknown device type" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may ask a kernel for links")
def test_a_kernel_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "_LINKS", ("sleep", "30"))
    monkeypatch.setattr(requirements, "_ASKED", 0.1)
    assert "the kernel makes no bridge or no veth pair: no answer within 0.1 s" in whats(tmp_path)


def test_a_machine_without_cgroups_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "hierarchies", lambda: ())
    assert "no cgroup hierarchy is mounted" in whats(tmp_path)


def test_a_version_two_hierarchy_without_memory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu pids\n")
    monkeypatch.setattr(cgroups, "hierarchies", lambda: (tmp_path,))
    assert "the cgroup memory controller is off" in whats(tmp_path)


def test_controllers_are_handed_down_to_the_nodes_where_that_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroups, "hierarchies", lambda: (tmp_path,))
    (tmp_path / "shakedown" / "a").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "shakedown", tmp_path / "shakedown" / "a"):
        (folder / "cgroup.controllers").write_text("cpu memory\n")
    cgroups.create("shakedown/a/node-1")
    handed = [path.parent.relative_to(tmp_path) for path in tmp_path.rglob("cgroup.subtree_control")]
    assert sorted(map(str, handed)) == [".", "shakedown", "shakedown/a"]
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+cpu +memory"


@pytest.mark.parametrize("name", ["", "Upper", "a/b", "..", "-a", "a" * 41, "a b", "a\n"])
def test_a_name_that_cannot_be_a_folder_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a cluster's name"):
        ClusterSpec(name=name)


@pytest.mark.parametrize("nodes", [0, -1, 65])
def test_a_number_of_nodes_that_cannot_be_is_refused(nodes: int) -> None:
    with pytest.raises(UsageError, match="ask for 1 to 64"):
        ClusterSpec(name="a", nodes=nodes)


def test_health_names_the_dead() -> None:
    parts = (
        ComponentHealth(name="kube-apiserver", node=None, alive=True),
        ComponentHealth(name="kubelet", node="node-2", alive=False),
    )
    assert str(ClusterHealth(components=parts)) == "dead: node-2/kubelet"
    assert ClusterHealth(components=parts[:1]).ok


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    part = plan.Component(name="etcd", argv=("etcd", "-x"), log="l", path="/bin", after_ports=(("127.0.0.1", 1),))
    node = plan.NodePlan(name="node-1", index=1, cgroup="c/n", network=("a", "b"), components=(part,))
    whole = plan.ClusterPlan(
        name="a",
        cgroup="c",
        run="/r",
        data="/d",
        kubernetes="v1.33.13",
        keep=("/k",),
        network=(),
        relay_port=("127.0.0.1", 443),
        components=(part,),
        nodes=(node,),
    )
    plan.write(whole, tmp_path / "plan.json")
    assert plan.read(tmp_path / "plan.json") == whole
    assert whole.node("node-1") is node


def test_no_key_of_a_cluster_can_be_read_by_others(tmp_path: Path) -> None:
    certificates.write_all(tmp_path, {"node-1": "198.18.0.11"})
    certificates.write_kubeconfig(tmp_path / "kubeconfig", tmp_path, "admin", "https://127.0.0.1:1")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_programs_of_the_machine_come_last(tmp_path: Path) -> None:
    tools = Tools(kubernetes=tmp_path / "k", debian=tmp_path / "d")
    assert tools.path.split(":")[0] == str(tmp_path / "d" / "usr/bin")


@pytest.mark.parametrize(
    ("minor", "gates"),
    [
        (31, ()),
        (32, ("--feature-gates=WatchList=false",)),
        (34, ("--feature-gates=WatchList=false,SizeBasedListCostEstimate=false",)),
    ],
)
def test_what_the_old_etcd_cannot_do_is_switched_off(minor: int, gates: tuple[str, ...]) -> None:
    assert controlplane._feature_gates(minor) == gates
