"""An answer that goes on while things happen: any thread can end the wait for its next piece."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stream:
    """Iterate it once; it ends when the server ends it, when the connection breaks, or when it is closed."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response
        self._socket: socket.socket | None = getattr(getattr(response, "connection", None), "sock", None)
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        """A broken connection is an end like any other."""
        try:
            with contextlib.suppress(urllib3.exceptions.HTTPError, OSError, ValueError):
                yield from self._response.stream(None, decode_content=False)
        finally:
            self._response.close()

    def close(self) -> None:
        """A plain close would leave a thread that waits in `recv` waiting; a shut-down socket wakes it."""
        self.closed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
