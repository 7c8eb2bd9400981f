"""Image archives as `docker save` writes them, made with nothing but `tarfile`, since there is no registry to ask.

The same files make the same bytes: times, owners and order are fixed, so that an archive's name can be its content.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """A file of the image: from the disk, or with its text given."""

    path: str
    source: Path | None = None
    text: str = ""
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderEntry:
    path: str
    mode: int = 0o755


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEntry:
    path: str
    target: str


Entry = FileEntry | FolderEntry | LinkEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    names: tuple[str, ...]
    entries: tuple[Entry, ...]
    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    user: str = ""
    folder: str = "/"


def write(images: tuple[Image, ...], target: Path) -> None:
    """One archive with all of them, each of one layer."""
    manifest: list[dict[str, Any]] = []
    with tarfile.open(target, "w") as archive:
        for image in images:
            layer = target.with_name(f"{target.name}.layer")
            digest = _write_layer(image.entries, layer)
            config = json.dumps(_config(image, digest), sort_keys=True).encode()
            config_name = f"{hashlib.sha256(config).hexdigest()}.json"
            _add_file(archive, f"{digest}/layer.tar", layer)
            _add_bytes(archive, config_name, config)
            manifest.append({"Config": config_name, "RepoTags": image.names, "Layers": [f"{digest}/layer.tar"]})
            layer.unlink()
        _add_bytes(archive, "manifest.json", json.dumps(manifest).encode())


def _write_layer(entries: tuple[Entry, ...], path: Path) -> str:
    with tarfile.open(path, "w") as layer:
        for entry in sorted(entries, key=lambda entry: entry.path):
            match entry:
                case FolderEntry():
                    layer.addfile(_info(entry.path, entry.mode, tarfile.DIRTYPE))
                case LinkEntry():
                    info = _info(entry.path, 0o777, tarfile.SYMTYPE)
                    info.linkname = entry.target
                    layer.addfile(info)
                case FileEntry(source=None):
                    _add_bytes(layer, entry.path, entry.text.encode(), entry.mode)
                case FileEntry(source=Path() as source):
                    _add_file(layer, entry.path, source, entry.mode)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _config(image: Image, layer: str) -> dict[str, Any]:
    return {
        "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "Env": [_PATH],
            "Cmd": image.command,
            "Entrypoint": image.entrypoint,
            "User": image.user,
            "WorkingDir": image.folder,
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
    }


def _info(path: str, mode: int, kind: bytes = tarfile.REGTYPE, size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.mode, info.type, info.size = mode, kind, size
    return info


def _add_bytes(archive: tarfile.TarFile, path: str, content: bytes, mode: int = 0o644) -> None:
    _add(archive, _info(path, mode, size=len(content)), io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, path: str, source: Path, mode: int = 0o644) -> None:
    with source.open("rb") as stream:
        _add(archive, _info(path, mode, size=source.stat().st_size), stream)


def _add(archive: tarfile.TarFile, info: tarfile.TarInfo, stream: IO[bytes]) -> None:
    archive.addfile(info, stream)
