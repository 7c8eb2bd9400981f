"""With --keep a cluster stays for the next run that wants the same; one that is not as good as new is never used."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from harness.build.progress import Silent
from harness.cluster import keeping
from harness.cluster.protocol import ClusterSpec, ImageSource
from harness.model.errors import ClusterFailed
from harness.run import tenancy
from harness.run.tenancy import Pack
from tests.run.kept_clusters import CLUSTER_ROLES, NODES, FakeProvider, fresh, named, node

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.provider import Provider

NAMES = ("quay.io/argoproj/workflow-controller:v3.7.15",)
HOLDER = """
import sys, time
from harness.cluster import keeping
mine = keeping.hold(sys.argv[1])
print(mine is not None, flush=True)
time.sleep(60)
"""


@dataclass(slots=True)
class Told(Silent):
    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def told() -> Told:
    return Told()


def spec(name: str, **rest: Any) -> ClusterSpec:
    return ClusterSpec(**{"name": name, "persistent": True, **rest})


def use(provider: FakeProvider, told: Told, wanted: ClusterSpec, *packs: Pack, spoiled: str = "") -> tuple[str, bool]:
    """A run with that cluster; returns its name, and whether it was there before."""
    with tenancy.cluster(wanted, cast("Provider", provider), packs, told) as tenant:
        tenant.spoiled = spoiled
        return tenant.cluster.name, tenant.reused


def pack(provider: FakeProvider, archive: Path, names: tuple[str, ...] = NAMES) -> Pack:
    archive.touch()
    provider.contents[archive] = names
    return Pack(names=names, archive=archive)


def test_the_second_run_starts_no_cluster_and_says_what_that_saves(provider: FakeProvider, told: Told) -> None:
    assert use(provider, told, spec("r1-1")) == ("r1-1", False)
    assert use(provider, told, spec("r2-1")) == ("r1-1", True)
    assert [each.name for each in provider.started] == ["r1-1"]
    assert provider.started[0].persistent
    assert not provider.alive["r1-1"].closed
    assert [line.partition(":")[0] for line in told.lines] == ["cluster r1-1 is used again, and was found clean"]
    assert "are saved" in told.lines[0]


def test_what_it_had_when_it_was_new_is_noted_and_what_came_since_is_a_doubt(
    provider: FakeProvider, told: Told
) -> None:
    had = fresh()
    had.objects[CLUSTER_ROLES] = [named("provisioner")]
    provider.servers["r1-1"] = had
    use(provider, told, spec("r1-1"))
    assert use(provider, told, spec("r2-1")) == ("r1-1", True)
    provider.alive["r1-1"].api.objects[CLUSTER_ROLES] = [named("provisioner"), named("watcher")]
    assert use(provider, told, spec("r3-1")) == ("r3-1", False)
    assert "there is a cluster role watcher" in told.lines[-1]


def test_a_cluster_that_is_not_kept_is_gone_afterwards(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1", persistent=False))
    assert provider.alive["r1-1"].closed
    assert keeping.names() == ()


def test_a_run_without_keep_uses_no_kept_cluster(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    assert use(provider, told, spec("r2-1", persistent=False)) == ("r2-1", False)
    assert keeping.names() == ("r1-1",)


@pytest.mark.parametrize(
    "other",
    [
        {"kubernetes": "v1.31.14"},
        {"nodes": 3},
        {"api_proxy": True},
        {"source": ImageSource.BUILD},
    ],
)
def test_another_kind_of_cluster_is_a_new_one(provider: FakeProvider, told: Told, other: dict[str, Any]) -> None:
    use(provider, told, spec("r1-1"))
    assert use(provider, told, spec("r2-1", **other)) == ("r2-1", False)
    assert keeping.names() == ("r1-1", "r2-1")


def test_that_of_another_provider_is_not_used(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    other = FakeProvider(name="kind")
    assert use(other, told, spec("r2-1")) == ("r2-1", False)


def test_two_runs_at_once_have_two_clusters(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    with ExitStack() as both:
        first, second = (
            both.enter_context(tenancy.cluster(spec(name), cast("Provider", provider), (), told))
            for name in ("r2-1", "r3-1")
        )
        assert (first.cluster.name, first.reused) == ("r1-1", True)
        assert (second.cluster.name, second.reused) == ("r3-1", False)
        assert not keeping.free("r1-1")
        assert not keeping.free("r3-1")
    assert keeping.free("r1-1")
    assert keeping.free("r3-1")


def test_another_process_has_it_until_it_dies(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    argv = (sys.executable, "-c", HOLDER, "r1-1")
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env={**os.environ}) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "True"
        assert keeping.hold("r1-1") is None
        assert use(provider, told, spec("r2-1")) == ("r2-1", False)
        holder.kill()
    assert use(provider, told, spec("r3-1")) == ("r1-1", True)


def test_an_exception_ends_it(provider: FakeProvider, told: Told) -> None:
    def fail() -> None:
        with tenancy.cluster(spec("r1-1"), cast("Provider", provider), (), told):
            raise ClusterFailed("the API server is gone")

    with pytest.raises(ClusterFailed):
        fail()
    assert provider.alive["r1-1"].closed
    assert keeping.names() == ()


def test_one_that_is_spoiled_is_ended_and_that_is_told(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"), spoiled="a[v3.7.15] left a cut network")
    assert provider.alive["r1-1"].closed
    assert keeping.names() == ()
    assert told.lines == ["cluster r1-1 is not kept: a[v3.7.15] left a cut network"]


def test_one_that_was_used_again_and_is_spoiled_is_ended_too(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    assert use(provider, told, spec("r2-1"), spoiled="something stayed") == ("r1-1", True)
    assert provider.alive["r1-1"].closed
    assert keeping.names() == ()


def test_a_doubtful_one_is_told_and_left_and_a_new_one_made(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    provider.alive["r1-1"].api.objects[NODES][0] = node("node-1", unschedulable=True)
    assert use(provider, told, spec("r2-1")) == ("r2-1", False)
    assert told.lines == [
        "kept cluster r1-1 is not used again: node node-1 is cordoned; `shakedown cluster down r1-1` ends it"
    ]
    assert not provider.alive["r1-1"].closed
    assert keeping.free("r1-1")


def test_one_whose_start_was_cut_off_is_not_used(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    hold, kept = keeping.hold("r1-1"), keeping.read("r1-1")
    assert hold is not None
    assert kept is not None
    hold.write(replace(kept, seconds=None))
    hold.release()
    assert use(provider, told, spec("r2-1")) == ("r2-1", False)
    assert "the run that started it, or was ending it, was killed" in told.lines[0]


def test_one_that_is_gone_is_forgotten(provider: FakeProvider, told: Told) -> None:
    use(provider, told, spec("r1-1"))
    provider.alive["r1-1"].closed = True
    assert use(provider, told, spec("r2-1")) == ("r2-1", False)
    assert keeping.names() == ("r2-1",)


def test_a_start_that_fails_leaves_no_record(provider: FakeProvider, told: Told) -> None:
    provider.broken = True
    with pytest.raises(ClusterFailed):
        use(provider, told, spec("r1-1"))
    assert keeping.names() == ()


def test_there_is_a_record_before_there_is_a_cluster(
    provider: FakeProvider, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is killed in between would leave a cluster that nobody knows of."""
    seen: list[float | None] = []
    start = FakeProvider.start

    def watched(self: FakeProvider, wanted: ClusterSpec, progress: Any) -> Any:
        kept = keeping.read(wanted.name)
        assert kept is not None
        seen.append(kept.seconds)
        return start(self, wanted, progress)

    monkeypatch.setattr(FakeProvider, "start", watched)
    use(provider, told, spec("r1-1"))
    assert seen == [None]


def test_images_that_are_there_are_not_loaded_again(provider: FakeProvider, told: Told, tmp_path: Path) -> None:
    given = pack(provider, tmp_path / "image.tar")
    use(provider, told, spec("r1-1"), given)
    assert provider.started[0].images == (given.archive,)
    use(provider, told, spec("r2-1"), given)
    assert provider.alive["r1-1"].loaded == []


def test_another_release_is_loaded_once(provider: FakeProvider, told: Told, tmp_path: Path) -> None:
    one = pack(provider, tmp_path / "one.tar")
    two = pack(provider, tmp_path / "two.tar", ("quay.io/argoproj/workflow-controller:v3.5.10",))
    use(provider, told, spec("r1-1"), one)
    for name in ("r2-1", "r3-1"):
        use(provider, told, spec(name), two)
    assert provider.alive["r1-1"].loaded == [two.archive]


def test_another_build_of_the_same_release_is_loaded(provider: FakeProvider, told: Told, tmp_path: Path) -> None:
    """The name of its images is the same: a verdict would be about the build of before."""
    given = pack(provider, tmp_path / "image.tar")
    use(provider, told, spec("r1-1"), given)
    os.utime(given.archive, (1, 1))
    use(provider, told, spec("r2-1"), given)
    assert provider.alive["r1-1"].loaded == [given.archive]


def test_an_image_that_the_kubelet_threw_away_is_loaded(provider: FakeProvider, told: Told, tmp_path: Path) -> None:
    given = pack(provider, tmp_path / "image.tar")
    use(provider, told, spec("r1-1"), given)
    provider.alive["r1-1"].images -= set(NAMES)
    use(provider, told, spec("r2-1"), given)
    assert provider.alive["r1-1"].loaded == [given.archive]


def test_what_could_not_be_loaded_is_not_taken_for_loaded(
    provider: FakeProvider, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = pack(provider, tmp_path / "image.tar")
    use(provider, told, spec("r1-1"), given)
    os.utime(given.archive, (1, 1))

    def refuse(*_: object) -> None:
        raise ClusterFailed("no room")

    monkeypatch.setattr("tests.run.kept_clusters.Fake.load_image", refuse)
    assert use(provider, told, spec("r2-1"), given) == ("r2-1", False)
    kept = keeping.read("r1-1")
    assert kept is not None
    assert kept.images == {}
    assert "no room" in told.lines[0]
