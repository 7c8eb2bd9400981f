"""What a cluster lacked to watch files is said with the command that mends it, by `doctor` before and by its start."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from harness.cli import doctor
from harness.cluster.api import Api, ApiUnavailable
from harness.cluster.kernel import inotify
from harness.cluster.kind import launch
from harness.cluster.kind.layout import Layout
from harness.cluster.protocol import ClusterHealth, ComponentHealth
from harness.cluster.readiness import Readiness
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (
    'E1127 run.go:74] "command failed" err="failed to run Kubelet: inotify_init: too many open files"',
    "Failed to create control group inotify object: Too many open files",
    "Failed to allocate directory watch: Too many open files",
    "failed to create fsnotify watcher: too many open files",
)
OTHERS = ("accept4: too many open files", "watching pods\nopen /x: too many open files", "inotify is fine", "")


@pytest.mark.parametrize("text", WORDS)
def test_the_words_of_what_has_run_out_are_known(text: str) -> None:
    assert inotify.ran_out(f"started\n{text}\nended\n")


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert not inotify.ran_out(text)


def test_instances_of_this_user_are_counted(tmp_path: Path) -> None:
    held = {"12": ["anon_inode:inotify", "anon_inode:inotify", "socket:[1]"], "13": ["/dev/null"]}
    for number, links in held.items():
        (tmp_path / number / "fd").mkdir(parents=True)
        for index, link in enumerate(links):
            (tmp_path / number / "fd" / str(index)).symlink_to(link)
    (tmp_path / "14").mkdir()
    assert inotify.used(tmp_path) == 2


def test_what_is_needed_grows_with_clusters_and_nodes() -> None:
    assert inotify.need(1, 2) == inotify.OF_CONTROL_PLANE + 2 * inotify.OF_NODE
    assert inotify.need(3, 2) == 3 * inotify.need(1, 2)


@pytest.mark.parametrize(
    ("allowed", "used", "ok", "room"),
    [(128, 0, True, 7), (128, 100, False, 1), (20, 40, False, 0), (8192, 900, True, 405)],
)
def test_doctor_tells_the_figure_and_warns(
    monkeypatch: pytest.MonkeyPatch, allowed: int, used: int, *, ok: bool, room: int
) -> None:
    monkeypatch.setattr(inotify, "limit", lambda: allowed)
    monkeypatch.setattr(inotify, "used", lambda: used)
    (found,) = doctor.instances()
    assert (found.ok, found.needed) == (ok, False)
    assert found.what == (
        f"inotify instances: {allowed} for each user, {used} in use, about 18 for a cluster of 2 nodes:"
        f" room for {room} side by side"
    )
    assert ("sysctl fs.inotify.max_user_instances=" in doctor.line(found)) is not ok


def test_where_the_kernel_says_no_limit_doctor_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(inotify, "_LIMIT", tmp_path / "none")
    assert list(doctor.instances()) == []


def test_the_cure_makes_room_for_what_runs_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inotify, "used", lambda: 5000)
    assert inotify.cure(2, 2) == "sysctl fs.inotify.max_user_instances=5036"


class Silent(Api):
    def __init__(self) -> None:
        """Nobody answers."""

    def text(self, path: str, **_: object) -> str:
        raise ApiUnavailable("refused", status=0, reason="")


def health(*, alive: bool) -> ClusterHealth:
    kubelet = ComponentHealth(name="kubelet", node="node-1", alive=alive, detail="ended with 1")
    return ClusterHealth(components=(kubelet,))


@pytest.mark.parametrize("alive", [True, False], ids=["others wait for it", "dead"])
def test_a_start_that_failed_for_want_of_them_says_so(tmp_path: Path, *, alive: bool) -> None:
    (tmp_path / "node-1-kubelet.log").write_text(f"{WORDS[0]}\n")
    with pytest.raises(ClusterFailed) as caught:
        Readiness(Silent(), lambda: health(alive=alive), tmp_path, -1.0).await_usable(["node-1"])
    assert "has run out: sysctl fs.inotify.max_user_instances=" in (caught.value.cure or "")


@pytest.mark.parametrize("alive", [True, False])
def test_a_start_that_failed_otherwise_is_not_laid_on_them(tmp_path: Path, *, alive: bool) -> None:
    (tmp_path / "node-1-kubelet.log").write_text(f"{OTHERS[0]}\n")
    with pytest.raises(ClusterFailed) as caught:
        Readiness(Silent(), lambda: health(alive=alive), tmp_path, -1.0).await_usable(["node-1"])
    assert "inotify" not in (caught.value.cure or "")


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setattr(Layout, "logs", tmp_path)
    return Layout(name="x")


def failed(layout: Layout, said: str) -> ClusterFailed:
    (layout.logs / "keeper.log").write_text(said)
    keeper = subprocess.Popen(("echo", "1"), stdout=subprocess.PIPE, text=True)
    with keeper, pytest.raises(ClusterFailed) as caught:
        launch.await_made(layout, keeper)
    return caught.value


def test_kind_that_failed_for_want_of_them_says_so(layout: Layout) -> None:
    assert "has run out: sysctl" in (failed(layout, f"ERROR: failed to create cluster\n{WORDS[2]}\n").cure or "")
    assert failed(layout, "ERROR: failed to create cluster: no space left").cure is None


@pytest.mark.parametrize(
    "said",
    [
        'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.33.99": command "docker pull" failed'
        " with error: exit status 1 Command Output: Error response from daemon: manifest for kindest/node:v1.33.99 not"
        " found: manifest unknown: manifest unknown",
        'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.33.13": Get "https://registry-1.docker.io'
        '/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    ],
)
def test_a_node_image_that_cannot_be_pulled_names_both_ways_out(layout: Layout, said: str) -> None:
    error = failed(layout, said)
    assert error.message.startswith("kind has no node image: ")
    assert "--kubernetes" in (error.cure or "")
    assert "KIND_NODE_IMAGE" in (error.cure or "")
