"""Writes a history while it happens: after a kill of the harness everything up to the last entry is on disk."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.history.format import encode, encode_header, encode_watch
from harness.history.raw import mapping, text
from harness.history.reader import Order
from harness.history.versions import Versions
from harness.model.events import AnyEntry, Seen
from harness.model.header import Header


class Writer:
    """Appends one line per entry and flushes it. The caller serialises calls; closing twice is harmless."""

    def __init__(self, path: Path, header: Header) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._order = Order(str(path))
        self._line = 1
        self._versions = Versions()
        self._stream = path.open("x", encoding="utf-8", newline="\n")
        self._put(encode_header(header))

    def write(self, entry: AnyEntry, raw: Mapping[str, Any] | None = None) -> None:
        """Raises BadHistory for an entry out of order: what would be refused on reading is refused on writing."""
        self._line += 1
        self._order.check(entry, self._line)
        if isinstance(entry, Seen) and raw is not None:
            content = self._versions.pack(entry.seq, entry.resource, entry.verb, raw)
            self._put(encode_watch(entry, text(mapping(raw, "metadata"), "name"), content))
        else:
            self._put(encode(entry, raw))

    def close(self) -> None:
        if self._stream.closed:
            return
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def _put(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
