"""Releases come from a Go module proxy; users must learn whether one cannot be had at all or whether to try again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from harness.build import cache
from harness.model.errors import BuildFailed, HarnessError, RegistryUnreachable, ReleaseUnavailable

if TYPE_CHECKING:
    from harness.build.toolchain import Go

_UNREACHABLE: Final = re.compile(
    r"no such host|name resolution|server misbehaving|connection (?:refused|reset)|network is unreachable"
    r"|no route to host|i/o timeout|TLS handshake timeout|deadline exceeded|x509:|proxyconnect"
    r"|(?:\": |https?://\S+: )(?:unexpected )?EOF|: (?:429|5\d\d) ",
    re.IGNORECASE,
)
_UNAVAILABLE: Final = (
    (re.compile(r"checksum mismatch|SECURITY ERROR", re.IGNORECASE), "its checksum is not the recorded one"),
    (
        re.compile(r"verifying .*: (?:403|404|410|400) |/sumdb/.*: (?:403|404|410|400) "),
        "the checksum database does not know it",
    ),
    (re.compile(r": 403 "), "the module proxy refuses it"),
    (
        re.compile(r": (?:404|410) |not found: |unknown revision|no matching versions"),
        "the module proxy does not have it",
    ),
    (re.compile(r"invalid version|: 400 "), "it is not a version of the module"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of a proxy, downloaded and unpacked."""

    path: str
    version: str
    folder: Path
    go: Version
    """The oldest Go that builds it."""
    commit: str
    """The source commit that the proxy names, or `unknown`."""


def download(go: Go, path: str, version: str, *, what: str) -> Module:
    """Fetches a module; `what` names the release for an error message."""
    output = go.call("mod", "download", "-json", f"{path}@{version}", cwd=cache.root())
    answer = json.loads(output.stdout or "{}")
    if output.code or "Error" in answer:
        raise explain(answer.get("Error") or output.tail, what=what)
    return Module(
        path=path,
        version=version,
        folder=Path(answer["Dir"]),
        go=_wanted_go(Path(answer["GoMod"])),
        commit=answer.get("Origin", {}).get("Hash") or "unknown",
    )


def _wanted_go(go_mod: Path) -> Version:
    found = re.search(r"^go (\d[\d.]*)", go_mod.read_text(), re.MULTILINE)
    return Version(found[1] if found else "1.0")


def explain(said: str, *, what: str) -> HarnessError:
    """What Go's error text means for someone who asked for a release."""
    short = _shorten(said)
    if cache.is_full(said):
        return cache.full(cache.root())
    if _UNREACHABLE.search(said):
        return RegistryUnreachable(
            f"{what} was not downloaded: the Go module proxy could not be reached ({short})",
            cure="check the network and try again",
        )
    for pattern, why in _UNAVAILABLE:
        if pattern.search(said):
            return ReleaseUnavailable(f"{what} cannot be had here: {why} ({short})", cure="choose another release")
    return BuildFailed(f"{what} could not be built: {short}")


def _shorten(said: str, limit: int = 300) -> str:
    """One line; without addresses, which differ from machine to machine and say nothing to the user."""
    line = re.sub(r"\s+", " ", re.sub(r'"?https?://[^\s"]+"?:?', "", said)).strip()
    return line if len(line) <= limit else f"{line[:limit]}..."
