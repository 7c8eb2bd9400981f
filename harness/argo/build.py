"""A release is built from its Go module, unmodified but for the files that module archives cannot carry."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.argo import manifests, releases
from harness.build import cache, compilation, kubernetes, modules, toolchain
from harness.model.release import Release

if TYPE_CHECKING:
    from pathlib import Path

    from harness.build.progress import Progress, Step
    from harness.build.toolchain import Go

_COMMANDS: Final = ("workflow-controller", "argoexec", "argo")
_COLD_BYTES: Final = 4 << 30
"""Modules, build cache and binaries of a first release; measured 3 GB."""
_RECIPE: Final = "2"
_STATIC_FILES: Final = """package static

import "net/http"

func ServeHTTP(http.ResponseWriter, *http.Request) {}

func Hash(string) string { return "" }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgoBuild:
    """The binaries and the official manifests of one release."""

    release: Release
    path: Path
    id: str
    """sha256 over the three binaries: the same id is the same code."""

    @property
    def controller(self) -> Path:
        return self.path / "workflow-controller"

    @property
    def argoexec(self) -> Path:
        return self.path / "argoexec"

    @property
    def cli(self) -> Path:
        return self.path / "argo"

    @property
    def manifests(self) -> Path:
        return self.path / "manifests"

    @property
    def rendered(self) -> Path:
        """The objects of the official cluster install, as a JSON list."""
        return self.path / "install.json"


def step_name(release: Release) -> str:
    """How the step is called in the progress."""
    return f"Argo {release}"


def find(release: Release) -> ArgoBuild | None:
    """The build of a release, if there is one."""
    path = cache.find(_key(release), recipe=_RECIPE)
    return _read(release, path) if path else None


def ensure(release: Release, progress: Progress) -> ArgoBuild:
    """The build of a release, made if it is missing."""
    if build := find(release):
        return build
    releases.check(release)
    kubectl = kubernetes.kubectl(progress)

    def make(folder: Path) -> None:
        go = toolchain.find(progress)
        with progress.step(step_name(release)) as step:
            _build(release, folder, go, progress, step)
            manifests.keep_rendered(kubectl, folder / "manifests", folder / "install.json")

    path = cache.ensure(_key(release), make, recipe=_RECIPE, needs_bytes=_COLD_BYTES, progress=progress)
    return _read(release, path)


def cached() -> tuple[Release, ...]:
    """The releases that are built already, oldest first."""
    folders = (cache.root() / "argo").glob("v*")
    found = (Release.parse(folder.name) for folder in folders)
    return tuple(sorted(release for release in found if cache.find(_key(release), recipe=_RECIPE)))


def _key(release: Release) -> str:
    return f"argo/{release}"


def _read(release: Release, path: Path) -> ArgoBuild:
    return ArgoBuild(release=release, path=path, id=json.loads((path / "build.json").read_bytes())["id"])


def _build(release: Release, folder: Path, go: Go, progress: Progress, step: Step) -> None:
    what = f"Argo {release}"
    step.show("downloading its source")
    module = modules.download(go, releases.module(release), str(release), what=what)
    go = toolchain.find(progress, at_least=module.go)
    source = folder / ".source"
    shutil.copytree(module.folder, source)
    _supply_missing(source)
    compilation.compile_into(
        folder,
        [f"./cmd/{command}" for command in _COMMANDS],
        go=go,
        source=source,
        variables=_versions(module),
        what=what,
        step=step,
    )
    shutil.copytree(source / "manifests", folder / "manifests")
    cache.remove(source)
    _write_facts(module, folder, go)


def _versions(module: modules.Module) -> dict[str, str]:
    """What the makers' own build sets; without it a release calls itself `+unknown`."""
    facts = {"version": module.version, "gitTag": module.version, "gitCommit": module.commit, "gitTreeState": "clean"}
    return {f"{module.path}.{name}": value for name, value in facts.items()}


def _supply_missing(source: Path) -> None:
    """Module archives drop symbolic links and generated files; these three are all that the build misses."""
    for darwin in source.glob("workflow/executor/os*specific/signal_darwin.go"):
        linux = darwin.with_name("signal_linux.go")
        if not linux.exists():
            shutil.copyfile(darwin, linux)
    page = source / "ui/dist/app/index.html"
    if (source / "ui/embed.go").exists() and not page.exists():
        page.parent.mkdir(parents=True)
        page.write_text("This build has no user interface.\n")
    static = source / "server/static"
    if (static / "static.go").exists() and not (static / "files.go").exists():
        (static / "files.go").write_text(_STATIC_FILES)


def _write_facts(module: modules.Module, folder: Path, go: Go) -> None:
    digests = {command: _digest(folder / command) for command in _COMMANDS}
    whole = hashlib.sha256("".join(digests.values()).encode()).hexdigest()
    facts = {"id": whole, "release": module.version, "commit": module.commit, "go": str(go.version), "sha256": digests}
    (folder / "build.json").write_text(json.dumps(facts, indent=2) + "\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
