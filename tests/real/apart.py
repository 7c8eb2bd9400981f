"""A cache with all that was built, and with nothing of what runs leave: cleaning up there is nobody else's loss."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from harness.build import cache

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_RUNS: Final = frozenset({"guests", "kept", "kind", "owned", "run", "undo"})
"""What the cache holds besides what was built; the rest, its locks too, is shared."""
VARIABLE: Final = "SHAKEDOWN_CACHE"


@contextmanager
def apart() -> Iterator[Path]:
    """For this process and those that it starts."""
    built = cache.root()
    said = os.environ.get(VARIABLE)
    with TemporaryDirectory(prefix="shakedown-cache-") as folder:
        for entry in built.iterdir():
            if entry.name not in OF_RUNS:
                (Path(folder) / entry.name).symlink_to(entry)
        os.environ[VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            os.environ.pop(VARIABLE)
            if said is not None:
                os.environ[VARIABLE] = said
