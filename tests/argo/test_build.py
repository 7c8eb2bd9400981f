"""What a module archive cannot carry is supplied, and nothing that a release ships is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from harness.argo import build, setup
from harness.build import cache, progress
from harness.build.modules import Module
from harness.model.errors import ReleaseUnavailable
from harness.model.release import Release

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize("folder", ["os-specific", "osspecific"])
def test_the_dropped_link_is_supplied(tmp_path: Path, folder: str) -> None:
    write(tmp_path / f"workflow/executor/{folder}/signal_darwin.go", "package x")
    build._supply_missing(tmp_path)
    assert (tmp_path / f"workflow/executor/{folder}/signal_linux.go").read_text() == "package x"


def test_the_embedded_page_is_supplied(tmp_path: Path) -> None:
    write(tmp_path / "ui/embed.go")
    build._supply_missing(tmp_path)
    assert (tmp_path / "ui/dist/app/index.html").exists()


def test_the_generated_file_is_supplied(tmp_path: Path) -> None:
    write(tmp_path / "server/static/static.go")
    build._supply_missing(tmp_path)
    assert "func Hash(string) string" in (tmp_path / "server/static/files.go").read_text()


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    shipped = [
        write(tmp_path / "workflow/executor/osspecific/signal_darwin.go"),
        write(tmp_path / "workflow/executor/osspecific/signal_linux.go", "theirs"),
        write(tmp_path / "ui/embed.go"),
        write(tmp_path / "ui/dist/app/index.html", "theirs"),
        write(tmp_path / "server/static/static.go"),
        write(tmp_path / "server/static/files.go", "theirs"),
    ]
    build._supply_missing(tmp_path)
    assert [path.read_text() for path in shipped].count("theirs") == 3


def test_a_build_calls_itself_by_its_release(tmp_path: Path) -> None:
    module = Module(path="argo/v3", version="v3.5.10", folder=tmp_path, go=Version("1.21"), commit="c5922a4f")
    assert build._versions(module) == {
        "argo/v3.version": "v3.5.10",
        "argo/v3.gitTag": "v3.5.10",
        "argo/v3.gitCommit": "c5922a4f",
        "argo/v3.gitTreeState": "clean",
    }


def test_what_is_missing_is_listed_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    wanted = [Release.parse("v3.5.10"), Release.parse("v3.7.15")]
    assert setup.missing(wanted, ["v1.34.4"]) == [
        "Debian packages",
        "Kubernetes v1.34.4",
        "Kubernetes v1.33.13",
        "Argo v3.5.10",
        "Argo v3.7.15",
    ]
    cache.ensure("argo/v3.5.10", lambda folder: None, recipe=build._RECIPE)
    write(tmp_path / "argo/v3.5.10/build.json", '{"id": "1"}')
    assert setup.missing(wanted, ["v1.33.13"]) == ["Debian packages", "Kubernetes v1.33.13", "Argo v3.7.15"]
    assert [str(release) for release in build.cached()] == ["v3.5.10"]


def test_for_clusters_that_bring_their_own_kubernetes_only_a_kubectl_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    wanted = [Release.parse("v3.5.10")]
    assert setup.missing(wanted, ()) == ["Kubernetes v1.33.13", "Argo v3.5.10"]
    write(tmp_path / "kubectl", "")
    (tmp_path / "kubectl").chmod(0o755)
    assert setup.missing(wanted, ()) == ["Argo v3.5.10"]


def test_a_refused_release_stops_the_set_up_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    with pytest.raises(ReleaseUnavailable):
        setup.prepare([Release.parse("v3.5.10"), Release.parse("v3.5.3")], ["v1.33.13"], progress.Silent())
    assert setup.main(["v3.5.3"]) == 4
    assert capsys.readouterr().err.startswith("shakedown: Argo v3.5.3 cannot be had here")
    assert list(tmp_path.iterdir()) == []
