"""One open watch: an event is handed on the moment its line is whole, and any thread can end the wait for the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.cluster.streaming import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import urllib3


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    type: str
    """ADDED, MODIFIED, DELETED or BOOKMARK."""
    object: dict[str, Any]


class Watch:
    """Iterate it once; it ends when the server ends it, when the connection breaks, or when it is closed."""

    def __init__(self, response: urllib3.BaseHTTPResponse, error: Callable[[int, bytes], Exception]) -> None:
        self._response = response
        self._stream = Stream(response)
        self._error = error

    @property
    def closed(self) -> bool:
        return self._stream.closed

    def __iter__(self) -> Iterator[WatchLine]:
        try:
            for line in self._lines():
                record = json.loads(line)
                if record["type"] == "ERROR":
                    raise self._error(int(record["object"].get("code", 0)), json.dumps(record["object"]).encode())
                yield WatchLine(type=record["type"], object=record["object"])
        finally:
            self._response.close()

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._response.close()

    def _lines(self) -> Iterator[bytes]:
        pending = b""
        for chunk in self._stream:
            *whole, pending = (pending + chunk).split(b"\n")
            yield from (line for line in whole if line)
