"""Images from their registry, through the engine: pulled and packed once, then handed to every cluster."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from harness.build import cache
from harness.cluster.kind import engine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.build.progress import Progress

_PULLED_WITHIN: Final = 900.0


class PullRefused(engine.EngineFailed):
    """The registry cannot be reached, or does not have the image."""


def archive(names: Sequence[str], progress: Progress) -> Path:
    """The images as the registry has them. Raises PullRefused."""
    for name in names:
        _have(name, progress)
    ids = [str(entry["Id"]) for entry in engine.inspect(*names, kind="image")]
    key = hashlib.sha256(" ".join((*names, *ids)).encode()).hexdigest()[:16]

    def save(folder: Path) -> None:
        with progress.step(f"packing {', '.join(names)}"):
            engine.call("save", "--output", str(folder / "image.tar"), *names, timeout=_PULLED_WITHIN)

    return cache.ensure(f"images/pulled-{key}", save, progress=progress) / "image.tar"


def _have(name: str, progress: Progress) -> None:
    if engine.inspect(name, kind="image"):
        return
    with progress.step(f"pulling {name}"):
        done = engine.attempt("pull", "--quiet", name, timeout=_PULLED_WITHIN)
    if done.returncode != 0:
        raise PullRefused(f"{name} cannot be pulled: {engine.said(done)}")
