"""Connections over TLS whose end can be waited for while something else is being done with them."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.cluster.local.apiproxy import framing

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes the kernel send a reset when the socket is closed."""


class Reader(asyncio.StreamReader):
    """`gone` is set when nothing more will come, whether or not all has been read."""

    def __init__(self) -> None:
        super().__init__(limit=framing.LIMIT)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.gone.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.gone.set()


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    reader: Reader
    writer: asyncio.StreamWriter

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    def abort(self) -> None:
        self.writer.transport.abort()

    def reset(self) -> None:
        """Whoever is at the other end reads `connection reset by peer`."""
        held = self.writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.abort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The API server."""

    host: str
    port: int
    tls: ssl.SSLContext

    async def connect(self) -> Connection:
        loop, reader = asyncio.get_running_loop(), Reader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.create_connection(lambda: protocol, self.host, self.port, ssl=self.tls)
        return Connection(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


async def serve(
    address: tuple[str, int], tls: ssl.SSLContext, accept: Callable[[Connection], Awaitable[None]]
) -> asyncio.Server:
    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(reader, Reader)
        await accept(Connection(reader, writer))

    def protocol() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(Reader(), accepted)

    return await asyncio.get_running_loop().create_server(protocol, *address, ssl=tls, backlog=128)


async def tunnel(one: Connection, other: Connection) -> None:
    """Until either side ends, once what it had said has been passed on."""
    tasks = [asyncio.create_task(_pump(one, other)), asyncio.create_task(_pump(other, one))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(source: Connection, sink: Connection) -> None:
    while piece := await source.reader.read(framing.PIECE):
        await sink.send(piece)
