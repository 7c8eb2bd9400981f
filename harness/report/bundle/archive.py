"""A zip of which the bytes depend on what is in it and on nothing else: no clock, no user, no order of a folder."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from harness.model.errors import DiskFull, MachineUnfit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16


def packed(members: Mapping[str, bytes]) -> bytes:
    """In the order given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = _UNIX, _MODE
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def write(path: Path, content: bytes) -> None:
    """Whole or not at all. Raises MachineUnfit."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(content)
        made.replace(path)
    except OSError as error:
        with suppress(OSError):
            made.unlink()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"{path} does not fit on its disk", cure="free some space, or say another --output"
            ) from error
        raise MachineUnfit(f"{path} cannot be written: {error.strerror}", cure="say another --output") from error
