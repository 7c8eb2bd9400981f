"""Kubernetes is built from its Go modules, so that no image registry and no download site is needed for a cluster."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.build import cache, compilation, modules, toolchain
from harness.model.release import Release

if TYPE_CHECKING:
    from harness.build.modules import Module
    from harness.build.progress import Progress, Step
    from harness.build.toolchain import Go

DEFAULT: Final = "v1.33.13"
COMMANDS: Final = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl")
KNOWN: Final = (
    *("v1.29.6", "v1.30.4", "v1.30.14", "v1.31.0", "v1.31.4", "v1.31.14", "v1.32.2", "v1.32.13", "v1.33.6", "v1.33.13"),
    *("v1.34.0", "v1.34.2", "v1.34.3", "v1.34.4", "v1.35.4", "v1.36.1", "v1.36.3"),
)
"""Releases that were seen to be there; others are asked for."""
_MODULE: Final = "k8s.io/kubernetes"
_VERSIONED: Final = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_COLD_BYTES: Final = 6 << 30
"""Modules, build cache and binaries of a first build; measured 5 GB."""


def step_name(version: str) -> str:
    """How the step is called in the progress."""
    return f"Kubernetes {Release.parse(version)}"


def find(version: str) -> Path | None:
    """The folder with the binaries, if they were built."""
    return cache.find(_key(version))


def ensure(version: str, progress: Progress) -> Path:
    """The folder with the binaries of a release, built if they are missing."""
    release = Release.parse(version)

    def make(folder: Path) -> None:
        go = toolchain.find(progress)
        with progress.step(step_name(version)) as step:
            _build(release, folder, go, progress, step)

    return cache.ensure(_key(version), make, needs_bytes=_COLD_BYTES, progress=progress)


def found_kubectl() -> Path | None:
    """One that is there already: of the default release as it was built here, or the machine's own."""
    if built := find(DEFAULT):
        return built / "kubectl"
    own = shutil.which("kubectl")
    return Path(own) if own else None


def kubectl(progress: Progress) -> Path:
    """To render manifests with; built with the default release where there is none."""
    return found_kubectl() or ensure(DEFAULT, progress) / "kubectl"


def _key(version: str) -> str:
    return f"kubernetes/{Release.parse(version)}"


def _build(release: Release, folder: Path, go: Go, progress: Progress, step: Step) -> None:
    what = f"Kubernetes {release}"
    packages = [f"{_MODULE}/cmd/{command}" for command in COMMANDS]
    step.show("downloading its source")
    module = modules.download(go, _MODULE, str(release), what=what)
    go = toolchain.find(progress, at_least=module.go)
    source = folder / ".source"
    source.mkdir()
    (source / "go.mod").write_text(_go_mod(release, module))
    go.run("get", *(f"{package}@{release}" for package in packages), cwd=source, what=what, watch=step.show)
    compilation.compile_into(folder, packages, go=go, source=source, variables=_versions(release), what=what, step=step)
    cache.remove(source)


def _go_mod(release: Release, module: Module) -> str:
    """Kubernetes leaves the versions of its staging modules open; the module that requires it names them."""
    upstream = (module.folder / "go.mod").read_text()
    staging = re.findall(r"^\s+(k8s\.io/\S+) v0\.0\.0(?:\s|$)", upstream, re.MULTILINE)
    staged = f"v0.{release.minor}.{release.patch}"
    godebug = re.findall(r"^godebug .+$", upstream, re.MULTILINE)
    lines = [
        "module shakedown.invalid/kubernetes",
        f"go {module.go}",
        *godebug,
        f"require {_MODULE} {release}",
        *(f"replace {name} => {name} {staged}" for name in dict.fromkeys(staging)),
    ]
    return "\n".join(lines) + "\n"


def _versions(release: Release) -> dict[str, str]:
    """Without these, clients see v0.0.0."""
    facts = {"Version": str(release), "Major": str(release.major), "Minor": str(release.minor), "TreeState": "clean"}
    return {f"{package}.git{name}": value for package in _VERSIONED for name, value in facts.items()}
