"""Histories are read as a stream, for one may hold a million entries, and are trusted only if whole and in order."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from harness.history.diff import Misfit
from harness.history.errors import BadHistory
from harness.history.format import decode_header, entry_of, read_object
from harness.history.versions import Versions
from harness.model.events import AnyEntry, Ended
from harness.model.header import Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A stored history. The header is read; the entries are read anew on every call."""

    path: Path
    header: Header

    def entries(self) -> Iterator[AnyEntry]:
        """Every entry in order. Raises BadHistory where the file stops being a whole history."""
        for entry, _ in self.raw_entries():
            yield entry

    def raw_entries(self) -> Iterator[tuple[AnyEntry, dict[str, Any]]]:
        """Every entry with its whole JSON line; the raw object of a watch entry is there under "object"."""
        order, versions = Order(str(self.path)), Versions()
        for number, line in _lines(self.path):
            if number == 1:
                continue
            stored = read_object(line, number, str(self.path))
            order.expect(stored.get("seq"), number)
            raw = _whole(stored, versions, number, str(self.path))
            entry = entry_of(raw, number, str(self.path))
            order.check(entry, number)
            yield entry, raw
        order.finish()


def _whole(line: dict[str, Any], versions: Versions, number: int, path: str) -> dict[str, Any]:
    if line.get("kind") != "watch":
        return line
    try:
        return versions.unpack(line)
    except Misfit as error:
        raise BadHistory(path, number, f"the diff does not fit: {error}") from None
    except RecursionError:
        raise BadHistory(path, number, "nested too deeply") from None


def read(path: Path) -> Recording:
    """Opens a .jsonl or .jsonl.gz. Raises BadHistory where there is no valid header."""
    for _, line in _lines(path):
        return Recording(path=path, header=decode_header(line, str(path)))
    raise BadHistory(str(path), 1, "empty file")


class Order:
    """Entries count from 1 without a hole, time never runs backwards, and the last one is the `end`."""

    def __init__(self, path: str = "") -> None:
        self._path = path
        self._seq = 0
        self._t = 0.0
        self._line = 1
        self._ended = False

    def check(self, entry: AnyEntry, line: int) -> None:
        self._line = line
        self.expect(entry.seq, line)
        if entry.t < self._t:
            raise BadHistory(self._path, line, f"time runs backwards: {entry.t:g} s after {self._t:g} s")
        self._seq, self._t = entry.seq, entry.t
        self._ended = isinstance(entry, Ended)

    def expect(self, seq: Any, line: int) -> None:
        """Looked at before anything else of a line: what is missing before it explains all that does not fit in it."""
        if self._ended:
            raise BadHistory(self._path, line, "an entry after the end")
        if isinstance(seq, int) and seq != self._seq + 1:
            raise BadHistory(self._path, line, f"seq {seq} where {self._seq + 1} must come")

    def finish(self) -> None:
        if not self._ended:
            raise BadHistory(self._path, self._line, "truncated: the file stops without its end")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines. What the disk or the encoding does wrong becomes BadHistory at the line it happens."""
    number = 0
    try:
        with _open(path) as stream:
            for number, line in enumerate(stream, start=1):
                if not line.endswith("\n"):
                    raise BadHistory(str(path), number, "truncated: the last line is cut short")
                yield number, line
    except UnicodeDecodeError as error:
        raise BadHistory(str(path), number + 1, f"not UTF-8 ({error.reason})") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadHistory(str(path), number + 1, f"cannot be read: {error}") from None


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding="utf-8", newline="\n")
    return path.open(encoding="utf-8", newline="\n")


__all__ = ["Order", "Recording", "read"]
