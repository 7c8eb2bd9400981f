"""`reports/latest` always names a whole folder: it is moved in one step, so two runs at once cannot leave it broken."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "latest"


def point(folder: Path) -> str:
    """Makes `latest` beside the folder a link to it. Returns "" or, where that cannot be, one line that says so."""
    link = folder.parent / NAME
    made = folder.parent / f".{NAME}.{os.getpid()}"
    try:
        made.unlink(missing_ok=True)
        made.symlink_to(folder.name, target_is_directory=True)
        made.replace(link)
    except OSError as error:
        made.unlink(missing_ok=True)
        return f"{link} was not moved to this run: {error.strerror}; read {folder} instead"
    return ""
