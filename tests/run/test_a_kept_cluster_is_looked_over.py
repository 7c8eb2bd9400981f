"""A cluster that was used before is as good as a new one, or it is not used: what would differ is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from harness import __version__
from harness.cluster.keeping import Kept
from harness.cluster.protocol import ImageSource
from harness.model.events import Target
from harness.run import inspection, undo
from harness.run.inspection import Doubtful
from harness.run.undo import Undo
from tests.run.kept_clusters import (
    BINDINGS,
    CLUSTER_ROLES,
    CRDS,
    DEFAULT_PODS,
    NAMESPACES,
    NODES,
    PRIORITIES,
    WEBHOOKS,
    WORKFLOWS,
    Fake,
    going,
    named,
    node,
    with_argo,
)

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.protocol import Cluster

KEPT = Kept(
    name="r1-1",
    provider="local",
    kubernetes="v1.33.13",
    nodes=2,
    api_proxy=False,
    source=ImageSource.AUTO,
    harness=__version__,
    seconds=5.0,
    found={"resource type": ["things.example.com"], "cluster role": ["cluster-admin"]},
)
PATIENCE = 0.05


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def left() -> Fake:
    """As a run that went well leaves it."""
    return Fake(name="r1-1", api=with_argo())


def inspect(cluster: Fake) -> None:
    inspection.inspect(cast("Cluster", cluster), KEPT, patience=PATIENCE)


def refused(cluster: Fake) -> str:
    with pytest.raises(Doubtful) as doubt:
        inspect(cluster)
    return str(doubt.value)


def test_all_of_the_argo_of_before_goes_and_nothing_else(left: Fake) -> None:
    """A later release has roles and resource types that an earlier one's manifests do not take away."""
    inspect(left)
    assert left.api.left(NAMESPACES) == ["default", "kube-system", "kube-public", "kube-node-lease"]
    assert left.api.left(CRDS) == ["things.example.com"]
    assert left.api.left(CLUSTER_ROLES) == ["cluster-admin"]
    assert left.api.left("/apis/apps/v1/namespaces/argo/deployments") == []


def test_one_without_any_argo_is_clean_too() -> None:
    inspect(Fake(name="r1-1"))


def test_an_argo_that_does_not_go_is_a_doubt(left: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.run.kept_clusters.Server.delete", lambda *_, **__: {})
    left.api.objects["/apis/apps/v1/namespaces/argo/deployments"] = []
    assert "the removal of the Argo of before took longer" in refused(left)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({NODES: [node("node-1"), node("node-2", ready="False")]}, "node node-2 is not Ready"),
        ({NODES: [node("node-1"), node("node-2", ready="Unknown")]}, "node node-2 is not Ready"),
        ({NODES: [node("node-1")]}, "node node-2 is not registered"),
        ({NODES: [node("node-1"), node("node-2", unschedulable=True)]}, "node node-2 is cordoned"),
        ({NODES: [node("node-1", taints=[{"key": "a/b"}]), node("node-2")]}, "node node-1 is tainted a/b"),
        (
            {NODES: [node("node-1", taints=[{"key": "node.kubernetes.io/unreachable"}]), node("node-2")]},
            "node node-1 is tainted node.kubernetes.io/unreachable",
        ),
        ({NODES: [node("node-1", pressure="True"), node("node-2")]}, "node node-1 has DiskPressure True"),
        ({NAMESPACES: [named("default"), named("s1-oom-main")]}, "there is a namespace s1-oom-main"),
        ({NAMESPACES: [named("default"), going("s1-oom-main")]}, "still missing: s1-oom-main"),
        ({CRDS: [named("things.example.com"), named("gadgets.example.com")]}, "a resource type gadgets.example.com"),
        ({CLUSTER_ROLES: [named("cluster-admin"), named("watcher")]}, "there is a cluster role watcher"),
        ({BINDINGS: [named("watchers")]}, "there is a cluster role binding watchers"),
        ({PRIORITIES: [named("system-node-critical"), named("high")]}, "there is a priority class high"),
        ({WEBHOOKS: [named("policy")]}, "there is a validating webhook policy"),
        ({WORKFLOWS: [named("stays")]}, "there is stays among the workflows"),
        ({DEFAULT_PODS: [named("shakedown-calibration")]}, "there is a pod shakedown-calibration in namespace default"),
        ({DEFAULT_PODS: [going("shakedown-calibration")]}, "still missing: shakedown-calibration"),
    ],
)
def test_what_would_not_be_in_a_new_one_is_a_doubt(left: Fake, found: dict[str, Any], said: str) -> None:
    left.api.objects |= found
    assert said in refused(left)


def test_what_kubernetes_makes_by_itself_is_no_doubt(left: Fake) -> None:
    """A role of its own may come after the cluster was noted, and so may what Argo's other releases bring."""
    mine = {"metadata": {"name": "edit", "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}}
    left.api.objects[CLUSTER_ROLES] += [mine, named("system:node"), named("argo-aggregate-to-view")]
    left.api.objects[PRIORITIES] = [named("system-node-critical"), named("workflow-controller")]
    inspect(left)


def test_a_node_that_comes_back_is_waited_for(left: Fake) -> None:
    """The cell before had switched it off: it is on again, and not Ready yet."""
    coming = node("node-2", ready="False", taints=[{"key": "node.kubernetes.io/not-ready"}])
    left.api.objects[NODES] = [node("node-1"), coming]
    left.api.later[NODES] = [node("node-1"), node("node-2")]
    inspect(left)


def test_the_control_plane_of_kind_may_be_tainted_as_it_is(left: Fake) -> None:
    left.api.objects[NODES].append(node("control", taints=[{"key": "node-role.kubernetes.io/control-plane"}]))
    inspect(left)


def test_a_dead_part_is_a_doubt(left: Fake) -> None:
    left.dead = ("etcd",)
    assert refused(left) == "dead: etcd"


def test_a_node_that_is_off_or_cut_is_a_doubt(left: Fake) -> None:
    left.off = ("node-2",)
    assert refused(left) == "node node-2 is off, or cut from the network"


def test_another_kubernetes_is_a_doubt(left: Fake) -> None:
    left.kubernetes = "v1.34.4"
    assert refused(left) == "it runs Kubernetes v1.34.4, not v1.33.13"


def test_a_lost_image_is_a_doubt(left: Fake) -> None:
    left.images.remove("busybox:latest")
    assert refused(left) == "image busybox:latest is missing"


def test_images_are_known_by_the_name_that_a_runtime_gives_them(left: Fake) -> None:
    left.images = {f"docker.io/library/{name}" for name in left.images}
    inspect(left)


def test_a_fault_that_is_not_undone_is_a_doubt(left: Fake) -> None:
    noted("r1-1")
    assert refused(left) == "cordon of node-1 in cluster r1-1 is not undone"


def test_a_fault_in_another_cluster_is_none(left: Fake) -> None:
    noted("r2-1")
    inspect(left)


def test_a_note_that_cannot_be_read_is_a_doubt(left: Fake) -> None:
    path = noted("r2-1")
    path.write_text("{")
    assert refused(left) == f"what {path.name} stands for may not be undone"


def test_an_api_server_that_does_not_answer_is_a_doubt(left: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        raise Doubtful("GET /api/v1/nodes: connection refused")

    monkeypatch.setattr("tests.run.kept_clusters.Server.get", silent)
    assert "connection refused" in refused(left)


def noted(cluster: str) -> Path:
    made = Undo(
        cluster=cluster,
        provider="local",
        namespace="s1",
        workflow="w",
        verb="cordon",
        parameters={},
        target=Target(workflow="w", host="node-1"),
        owner=undo.me(),
    )
    return undo.write(made, cluster)
