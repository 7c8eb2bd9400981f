"""The undo journal: what must be undone is on disk before it is done, so that no death of the harness can lose it.

One file per fault, in the cache folder; it goes when the heal has been read back. `shakedown clean` finishes those
whose harness is dead.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from harness.build import cache
from harness.cluster.kernel.processes import ProcessId, alive, identify
from harness.model.errors import HarnessError
from harness.model.events import Target
from harness.model.header import ARGO_NAMESPACE
from harness.scenario.verbs import Verb, verbs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

FOLDER = "undo"


class BadUndo(HarnessError):
    """A file of the journal that cannot be read: what it stood for may still be in place.

    One of another version of the harness, with a verb that is not known here, is left to its owner while that lives.
    """

    def __init__(self, message: str, *, cure: str, owner: ProcessId | None) -> None:
        super().__init__(message, cure=cure)
        self.owner = owner

    @property
    def orphaned(self) -> bool:
        return self.owner is None or not alive(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """One fault that was about to be injected. `owner` is the harness that was to undo it."""

    cluster: str
    provider: str
    namespace: str
    workflow: str
    verb: str
    parameters: Mapping[str, Any]
    target: Target
    owner: ProcessId
    argo_namespace: str = ARGO_NAMESPACE
    remembered: Mapping[str, str] = field(default_factory=dict)

    @property
    def action(self) -> Verb:
        return verbs()[self.verb].model_validate(self.parameters)

    @property
    def orphaned(self) -> bool:
        return not alive(self.owner)

    def __str__(self) -> str:
        what = self.target.host or self.target.pod or self.target.node_id or self.workflow
        return f"{self.verb}{f' of {what}' if what else ''} in cluster {self.cluster}"


def folder() -> Path:
    return cache.root() / FOLDER


def write(undo: Undo, name: str) -> Path:
    """Returns when the file and its name are on the disk, whatever happens to the machine after that."""
    path = folder() / f"{name}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partly = path.with_suffix(".part")
        with partly.open("w", encoding="utf-8") as out:
            json.dump(asdict(undo), out)
            out.flush()
            os.fsync(out.fileno())
        partly.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise HarnessError(
            f"the undo of {undo} could not be written to {path}: {error.strerror}, so the fault was not injected",
            cure="make room on the disk, or move the cache with SHAKEDOWN_CACHE",
        ) from error
    return path


def drop(path: Path) -> None:
    path.unlink(missing_ok=True)


def settle(cluster: str, host: str, undone: Collection[str]) -> None:
    """What is noted for that cluster node by these verbs has been undone, and that was read back."""
    for path, each in pending():
        if each.cluster == cluster and each.target.host == host and each.verb in undone:
            drop(path)


def pending() -> Iterator[tuple[Path, Undo]]:
    """All that can be read and is not undone yet, the newest first."""
    return ((path, each) for path, each in noted() if isinstance(each, Undo))


def noted() -> Iterator[tuple[Path, Undo | BadUndo]]:
    """Every file of the journal, the newest first; one that cannot be read hides no other."""
    files = folder().glob("*.json") if folder().is_dir() else ()
    for path in sorted(files, key=_newest_first):
        try:
            yield path, read(path)
        except BadUndo as bad:
            yield path, bad


def _newest_first(path: Path) -> tuple[int, str]:
    """What another process has undone meanwhile counts as old."""
    try:
        return -path.stat().st_mtime_ns, path.name
    except FileNotFoundError:
        return 0, path.name


def read(path: Path) -> Undo:
    """Raises BadUndo."""
    owner = None
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        owner = ProcessId(**raw["owner"])
        kept = {key: raw[key] for key in ("cluster", "provider", "namespace", "workflow", "verb", "parameters")}
        undo = Undo(
            **kept,
            target=Target(**raw["target"]),
            owner=owner,
            argo_namespace=raw.get("argo_namespace", ARGO_NAMESPACE),
            remembered=raw["remembered"],
        )
        _ = undo.action
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadUndo(
            f"{path} says what to undo, but cannot be read: {error}",
            cure="look at it, undo by hand, delete it",
            owner=owner,
        ) from error
    return undo


def me() -> ProcessId:
    found = identify(os.getpid())
    assert found is not None
    return found


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
