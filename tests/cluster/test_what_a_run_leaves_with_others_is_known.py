"""A note on disk says what a run may have left in a cluster of somebody else, until it is taken away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.cluster import belongings
from harness.cluster.api import Api
from harness.cluster.belongings import NAMESPACES
from harness.cluster.providers import ExistingProvider
from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from pathlib import Path

ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    return tmp_path


@dataclass(slots=True)
class Server(Api):
    """Objects by path and name with the run they are labelled with; what is deleted is gone at once."""

    objects: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def get(self, path: str, **query: Any) -> Any:
        wanted = str(query.get("labelSelector", "")).rpartition("=")[2]
        below = {name: run for name, run in self.objects.items() if name.rpartition("/")[0] == path}
        named = [name.rpartition("/")[2] for name, run in below.items() if not wanted or run == wanted]
        return {"items": [{"metadata": {"name": name}} for name in named], "metadata": {"resourceVersion": "1"}}

    def delete(self, path: str, **_: Any) -> Any:
        if not path.endswith("/pods"):
            self.order.append(path)
            del self.objects[path]
        return {}


def test_all_of_the_run_goes_and_nothing_else_and_its_argo_last() -> None:
    server = Server(
        {
            f"{NAMESPACES}/r1-argo": "r1",
            f"{NAMESPACES}/r1-s1-swap-argo": "r1",
            f"{NAMESPACES}/r2-s1": "r2",
            f"{NAMESPACES}/theirs": "",
            f"{ROLES}/argo-cluster-role": "r1",
            f"{ROLES}/admin": "",
        }
    )
    gone = belongings.remove(server, "r1")
    assert gone == ("namespace r1-s1-swap-argo", "namespace r1-argo", "clusterroles argo-cluster-role")
    assert server.order == [f"{NAMESPACES}/r1-s1-swap-argo", f"{ROLES}/argo-cluster-role", f"{NAMESPACES}/r1-argo"]
    assert sorted(server.objects) == [f"{NAMESPACES}/r2-s1", f"{NAMESPACES}/theirs", f"{ROLES}/admin"]


def test_a_note_of_a_living_harness_is_nobody_elses(cache: Path) -> None:
    note = belongings.write("r1", "lab/one")
    assert list(belongings.orphans()) == []
    assert [path.name for path in (cache / "guests").iterdir()] == ["r1.json"]
    belongings.drop(note)
    assert not note.path.exists()


def orphaned(run: str, context: str) -> belongings.Note:
    """Of a process that has this pid no more."""
    note = belongings.write(run, context)
    dead = replace(note.owner, started=note.owner.started - 1)
    text = note.path.read_text().replace(f'"started": {note.owner.started}', f'"started": {dead.started}')
    note.path.write_text(text)
    return replace(note, owner=dead)


def test_one_of_a_dead_harness_is_found() -> None:
    note = orphaned("r1", "lab/one")
    assert list(belongings.orphans()) == [note]
    assert ExistingProvider().left() == ("what run r1 left in the cluster of context lab/one",)


def test_a_cluster_that_is_not_adopted_any_more_is_left_alone_and_told() -> None:
    notes = [orphaned(run, "lab/one") for run in ("r1", "r2")]
    with pytest.raises(ClusterFailed, match=r"r1 left.*was not adopted here.*delete .*r1\.json.*r2 left"):
        ExistingProvider().sweep()
    assert all(note.path.exists() for note in notes)


def test_a_broken_note_is_told(cache: Path) -> None:
    (cache / "guests").mkdir()
    (cache / "guests/r1.json").write_text("{")
    with pytest.raises(UsageError, match=r"r1\.json cannot be read"):
        list(belongings.orphans())
