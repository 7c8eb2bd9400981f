"""`shakedown run --keep` says what it leaves and how that is ended, and leaves nothing that a cell has spoiled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from click.testing import CliRunner

from harness.cli import clean as cleaning
from harness.cli import cluster as clustering
from harness.cluster import keeping, providers
from harness.cluster.keeping import Kept
from harness.cluster.protocol import ClusterSpec
from harness.history import format as formats
from harness.model.cells import Artefacts
from harness.model.errors import ClusterFailed, Exit, UsageError
from harness.model.release import Release
from harness.model.verdicts import Judgement, Verdict
from harness.pytest_plugin.options import campaign_options
from harness.run.attempt import Attempt
from harness.run.campaign import Campaign
from harness.run.options import Options
from harness.run.plan import CellPlan
from harness.scenario.load import load
from tests.oracles.build import header
from tests.run.kept_clusters import Fake, FakeProvider
from tests.run.test_a_kept_cluster_is_used_again import Told
from tests.scenario.writing import GOOD, write

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SEED = (ROOT / "scenarios/seeds/task-result-lost.yaml").read_text()
CONFTEST = """
from pathlib import Path
from tests.plugin.recorded import Recorded

def pytest_shakedown_campaign(plans, options):
    Path("keep").write_text(str(options.keep))
    return Recorded(plans, options)
"""
"""A campaign that gives verdicts of recorded histories, and notes what it was told."""
FOREIGN = (ROOT / "scenarios/faults/chaos-toolkit.yaml").read_text()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """The only one there is."""
    made = FakeProvider()
    monkeypatch.setattr(cleaning, "PROVIDERS", {"local": made})
    monkeypatch.setattr(clustering, "PROVIDERS", {"local": made})
    monkeypatch.setattr(providers, "PROVIDERS", {"local": made})
    return made


class Place:
    """As much of a site as is asked of it."""

    prefix = ""

    def __init__(self, name: str) -> None:
        self.cluster = Fake(name=name)
        self.spoiled = ""

    def spoil(self, why: str) -> None:
        self.spoiled = why


def keep(name: str, seconds: float | None = 5.0) -> Fake:
    hold = keeping.reserve(name)
    hold.write(replace(Kept.of(ClusterSpec(name=name), "local", "1"), seconds=seconds))
    hold.release()
    return Fake(name=name)


def plan(folder: Path, text: str = GOOD) -> CellPlan:
    name = text.partition("name: ")[2].split()[0]
    return CellPlan(loaded=load(write(folder, text, f"{name}.yaml")), argo=Release.parse("v3.7.15"))


@dataclass(slots=True, kw_only=True)
class Ran:
    places: list[Place] = field(default_factory=list)
    asked: list[ClusterSpec] = field(default_factory=list)
    told: Told = field(default_factory=Told)


def campaign(
    folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = GOOD, unhealed: tuple[str, ...] = (), **options: Any
) -> Ran:
    """A run of one cell in a cluster that is not there."""
    ran = Ran()

    @contextmanager
    def opened(_: object, wanted: ClusterSpec, *__: object) -> Iterator[Place]:
        ran.asked.append(wanted)
        if wanted.persistent:
            keep(wanted.name)
        ran.places.append(place := Place(wanted.name))
        yield place
        if place.spoiled:
            keeping.forget(wanted.name)

    def tried(_: object, __: object, where: Path, *___: object) -> Attempt:
        return Attempt(
            judgement=Judgement(verdict=Verdict.PASS, reason="as declared"),
            artefacts=Artefacts(folder=where),
            namespace="s1",
            started=0.0,
            finished=1.0,
            unhealed=unhealed,
            verdict_delay=0.0,
        )

    monkeypatch.setattr("harness.run.ground.opened", opened)
    monkeypatch.setattr("harness.run.headers.header", lambda *_: header())
    monkeypatch.setattr("harness.run.campaign.attempt", tried)
    running = Campaign([plan(folder, text)], Options(folder=folder, run="r1", clusters=1, **options), ran.told)
    running.start()
    running.close()
    return ran


def test_a_run_says_what_stays_how_it_is_reached_and_how_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = campaign(tmp_path, monkeypatch, keep=True)
    assert [each.persistent for each in ran.asked] == [True]
    name = ran.asked[0].name
    assert ran.told.lines == [
        f"cluster {name} stays: export KUBECONFIG=/nowhere/kubeconfig; `shakedown cluster down {name}` ends it"
    ]


def test_without_keep_nothing_stays_and_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = campaign(tmp_path, monkeypatch)
    assert [each.persistent for each in ran.asked] == [False]
    assert ran.told.lines == []


def test_what_could_not_be_undone_spoils_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a cell that shares its cluster, too: it runs beside others and stops none of them."""
    ran = campaign(tmp_path, monkeypatch, unhealed=("a finalizer",), keep=True)
    assert ran.places[0].spoiled == "good[v3.7.15] left in it what could not be undone: a finalizer"
    assert ran.told.lines == []


def test_what_nobody_knows_how_to_undo_spoils_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = campaign(tmp_path, monkeypatch, FOREIGN, keep=True)
    assert ran.places[0].spoiled == "what chaos-toolkit[v3.7.15] did in it is not known to be undone"


def test_a_cell_says_in_its_history_that_its_cluster_was_used_before() -> None:
    again = replace(header(), reused=True)
    assert formats.decode_header(formats.encode_header(again)).reused
    old = json.loads(formats.encode_header(again))
    del old["reused"]
    assert not formats.decode_header(json.dumps(old)).reused


def test_a_cluster_of_somebody_else_is_not_kept() -> None:
    config = SimpleNamespace(getoption=lambda name: name == "--keep")
    with pytest.raises(UsageError, match="stays by itself"):
        campaign_options(cast("Any", config), cast("Any", None), cast("Any", object()))


def test_clean_ends_kept_clusters(provider: FakeProvider) -> None:
    provider.alive["r1-1"] = keep("r1-1")
    assert CliRunner().invoke(cleaning.clean, ["--check"]).output == "cluster r1-1, kept by a run\n"
    assert cleaning.listed() == (["cluster r1-1, kept by a run"], True)
    assert provider.clusters() == ("r1-1",)
    assert cleaning.removed() == (["cluster r1-1, kept by a run"], False)
    assert provider.clusters() == ()
    assert keeping.names() == ()


def test_clean_leaves_those_that_a_run_has(provider: FakeProvider) -> None:
    cluster = provider.alive["r1-1"] = keep("r1-1")
    hold = keeping.hold("r1-1")
    assert hold is not None
    try:
        assert "nothing is left over" in CliRunner().invoke(cleaning.clean, ["--check"]).output
        assert "nothing is left over" in CliRunner().invoke(cleaning.clean).output
    finally:
        hold.release()
    assert not cluster.closed
    assert keeping.names() == ("r1-1",)


def test_clean_ends_one_whose_start_was_cut_off(provider: FakeProvider) -> None:
    cluster = provider.alive["r1-1"] = keep("r1-1", seconds=None)
    assert cleaning.removed() == (["cluster r1-1, kept by a run"], False)
    assert cluster.closed
    assert keeping.names() == ()


def test_clean_says_what_would_not_go_and_goes_on(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.alive |= {name: keep(name) for name in ("r1-1", "r2-1")}
    close = Fake.close

    def stubborn(self: Fake) -> None:
        if self.name == "r1-1":
            raise ClusterFailed("its keeper did not end")
        close(self)

    monkeypatch.setattr(Fake, "close", stubborn)
    assert cleaning.removed() == (
        ["cluster r1-1, kept by a run: NOT ENDED, its keeper did not end", "cluster r2-1, kept by a run"],
        True,
    )
    assert keeping.names() == ("r1-1",)


def test_down_ends_a_kept_cluster(provider: FakeProvider) -> None:
    cluster = provider.alive["r1-1"] = keep("r1-1")
    assert CliRunner().invoke(clustering.down, ["r1-1"]).output == "cluster r1-1 is gone\n"
    assert cluster.closed
    assert keeping.names() == ()


def test_status_tells_kept_ones_from_others(provider: FakeProvider) -> None:
    provider.alive |= {"dev": Fake(name="dev"), "r1-1": keep("r1-1"), "r2-1": keep("r2-1")}
    hold = keeping.hold("r2-1")
    assert hold is not None
    try:
        dev, free, used = CliRunner().invoke(clustering.status).output.splitlines()
    finally:
        hold.release()
    assert dev.endswith("all components are alive")
    assert free.endswith(", kept for the next run --keep")
    assert used.endswith(", used by a run --keep")


@pytest.mark.parametrize("given", [(), ("--keep",)])
def test_the_command_tells_the_campaign(tmp_path: Path, given: tuple[str, ...]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "one.yaml").write_text(SEED.replace("name: task-result-lost\n", "name: one\n"))
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", "run", "one.yaml", "--argo=v3.7.15", *given],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == Exit.OK, done.stderr
    assert (tmp_path / "keep").read_text() == str(bool(given))
