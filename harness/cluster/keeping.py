"""Clusters that outlive the run that made them: a record of each on the disk, and a lock for whoever uses it.

The record is written before the cluster is started, so that a run that is killed meanwhile leaves none that nobody
knows of. The lock is the kernel's: it goes with the process that holds it, and two runs never have the same cluster.
"""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TextIO

from harness.build import cache
from harness.cluster.protocol import ImageSource
from harness.model.errors import MachineUnfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from harness.cluster.protocol import ClusterSpec

FOLDER = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`seconds` is how long its start took, None until it was usable; `images` are Argo's in it, each with the stamp of
    the archive that it came from; `found` are the names by kind of what there was cluster-wide when it was new."""

    name: str
    provider: str
    kubernetes: str
    nodes: int
    api_proxy: bool
    source: ImageSource
    harness: str
    seconds: float | None = None
    images: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: ClusterSpec, provider: str, harness: str) -> Kept:
        return cls(
            name=spec.name,
            provider=provider,
            kubernetes=spec.kubernetes,
            nodes=spec.nodes,
            api_proxy=spec.api_proxy,
            source=spec.source,
            harness=harness,
        )

    def alike(self, other: Kept) -> bool:
        """Whether the one can stand for the other."""
        return self._kind() == other._kind()

    def _kind(self) -> tuple[object, ...]:
        return self.provider, self.kubernetes, self.nodes, self.api_proxy, self.source, self.harness


@dataclass(frozen=True, slots=True)
class Hold:
    """A cluster that is in use. Whoever lets go of it and does not `forget` it leaves it to the next."""

    name: str
    _file: TextIO

    def write(self, kept: Kept) -> None:
        partly = _record(self.name).with_suffix(".part")
        try:
            partly.write_text(json.dumps(asdict(kept)), encoding="utf-8")
            partly.rename(_record(self.name))
        except OSError as error:
            raise _unwritten(error) from error

    def release(self) -> None:
        self._file.close()


def reserve(name: str) -> Hold:
    """For a cluster that is about to be made. Raises MachineUnfit."""
    try:
        _folder().mkdir(parents=True, exist_ok=True)
        file = _lock(name).open("a")
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        raise _unwritten(error) from error
    return Hold(name, file)


def hold(name: str) -> Hold | None:
    """None where somebody has it, or where it was forgotten meanwhile."""
    if not _record(name).exists():
        return None
    file = _lock(name).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    if not _record(name).exists():
        _lock(name).unlink(missing_ok=True)
        file.close()
        return None
    return Hold(name, file)


def forget(name: str) -> None:
    """The cluster is gone."""
    _record(name).unlink(missing_ok=True)
    _lock(name).unlink(missing_ok=True)


def free(name: str) -> bool:
    """Whether nobody uses it."""
    held = hold(name)
    if held is not None:
        held.release()
    return held is not None


def names() -> tuple[str, ...]:
    """Of all that have a record, in use or not, the oldest first."""
    records = _folder().glob("*.json") if _folder().is_dir() else ()
    return tuple(path.stem for path in sorted(records, key=_oldest_first))


def _oldest_first(path: Path) -> tuple[int, str]:
    """What another process has forgotten meanwhile counts as old."""
    try:
        return path.stat().st_mtime_ns, path.name
    except FileNotFoundError:
        return 0, path.name


def read(name: str) -> Kept | None:
    """None for one that is gone, or of another version of the harness."""
    try:
        raw = json.loads(_record(name).read_text(encoding="utf-8"))
        return Kept(**{**raw, "source": ImageSource(raw["source"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stamp(archive: Path) -> str:
    """Tells one making of an image archive from another."""
    return f"{archive}@{archive.stat().st_mtime_ns}"


def _unwritten(error: OSError) -> MachineUnfit:
    return MachineUnfit(
        f"a cluster cannot be kept: {error.filename or _folder()}: {error.strerror}", cure="leave --keep out"
    )


def _folder() -> Path:
    return cache.root() / FOLDER


def _record(name: str) -> Path:
    return _folder() / f"{name}.json"


def _lock(name: str) -> Path:
    return _folder() / f"{name}.lock"
