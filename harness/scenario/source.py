"""A scenario file is somebody's input: it is looked at before it is read, and read before it is parsed."""

from __future__ import annotations

import errno
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.scenario.problems import Problem, ScenarioErrors

LARGEST: Final = 1024 * 1024
WHY: Final = {
    errno.ENOENT: "there is no such file",
    errno.ELOOP: "a loop of symbolic links",
    errno.EACCES: "no permission to read it",
    errno.ENOTDIR: "there is no such file: a part of its path is no folder",
    errno.ENAMETOOLONG: "there is no such file: its name is too long",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    path: Path
    text: str
    raw: bytes


def read_source(path: Path) -> Source:
    """The text of a file. Raises ScenarioErrors."""
    raw = read_bytes(path)
    if len(raw) > LARGEST:
        raise refused(path, "larger than 1 MiB: this is no scenario")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise refused(path, f"not UTF-8 (byte 0x{raw[error.start]:02x})", line, column) from None
    if not text.strip():
        raise refused(path, "the file is empty")
    return Source(path=path, text=text, raw=raw)


def read_bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise refused(path, "a folder, not a file")
        if not stat.S_ISREG(mode):
            raise refused(path, "not a regular file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise refused(path, WHY.get(error.errno or 0, error.strerror or "it cannot be read")) from None
    except ValueError:
        raise refused(Path(repr(str(path))), "no name of a file") from None


def refused(path: Path, message: str, line: int = 1, column: int = 1) -> ScenarioErrors:
    return ScenarioErrors([Problem(path=path, line=line, column=column, message=message)])
