"""Where an HTTP/1.1 message begins and ends. What is read is kept as it came, so that it can be passed on unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

LIMIT = 1 << 20
"""Bytes of a head; more is no client of Kubernetes."""
PIECE = 1 << 16
_END = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


class BadMessage(Exception):
    """What came is not the HTTP that this proxy can carry; nothing of it is passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first line and the fields; names in lower case, the last of several wins."""

    raw: bytes
    words: tuple[str, str, str]
    fields: dict[str, str]

    @property
    def length(self) -> int | None:
        value = self.fields.get("content-length")
        if value is not None and not value.isdecimal():
            raise BadMessage(f"Content-Length {value!r}")
        return None if value is None else int(value)

    @property
    def chunked(self) -> bool:
        return self.fields.get("transfer-encoding", "").lower() == "chunked"

    @property
    def status(self) -> int:
        return int(self.words[1])

    @property
    def closes(self) -> bool:
        return "close" in self.fields.get("connection", "").lower() or self.words[0] == "HTTP/1.0"

    @property
    def upgrades(self) -> bool:
        return "upgrade" in self.fields.get("connection", "").lower()


async def read_head(reader: asyncio.StreamReader) -> Head:
    """Raises IncompleteReadError at the end of the connection, BadMessage for what is not HTTP."""
    raw = await reader.readuntil(_END)
    first, *lines = raw[: -len(_END)].decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2:
        raise BadMessage(f"first line {first[:80]!r}")
    fields = dict(_field(line) for line in lines)
    if "transfer-encoding" in fields and ("content-length" in fields or fields["transfer-encoding"] != "chunked"):
        raise BadMessage("a length that can be read in two ways")
    return Head(raw=raw, words=(words[0], words[1], words[2] if len(words) > 2 else ""), fields=fields)


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise BadMessage(f"field {line[:80]!r}")
    return name.lower(), value.strip()


async def read_body(head: Head, reader: asyncio.StreamReader) -> bytes:
    """Of a request, as it came. Its end is known by its length or its last chunk, and without both it has none."""
    if head.chunked:
        return b"".join([raw async for raw, _ in chunks(reader)])
    return await reader.readexactly(head.length or 0)


async def chunks(reader: asyncio.StreamReader) -> AsyncIterator[tuple[bytes, bytes]]:
    """Each chunk as it came and what is in it; the last one, with its trailers, is empty."""
    while True:
        line = await reader.readuntil(b"\r\n")
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise BadMessage(f"chunk size {line[:20]!r}") from None
        if size == 0:
            yield line + await _trailers(reader), b""
            return
        content = await reader.readexactly(size + 2)
        yield line + content, content[:-2]


async def _trailers(reader: asyncio.StreamReader) -> bytes:
    read = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        read += line
        if line == b"\r\n":
            return read


async def pieces(head: Head, reader: asyncio.StreamReader, *, bodiless: bool) -> AsyncIterator[bytes]:
    """The body of an answer as it came, in as many pieces as it comes."""
    if bodiless:
        return
    if head.chunked:
        async for raw, _ in chunks(reader):
            yield raw
    elif head.length is not None:
        left = head.length
        while left:
            piece = await reader.read(min(left, PIECE))
            if not piece:
                raise BadMessage(f"the answer ended {left} bytes early")
            left -= len(piece)
            yield piece
    else:
        while piece := await reader.read(PIECE):
            yield piece


async def read_answer(head: Head, reader: asyncio.StreamReader, *, bodiless: bool) -> tuple[bytes, bytes]:
    """The whole body of an answer: as it came, and what is in it."""
    if head.chunked and not bodiless:
        read = [each async for each in chunks(reader)]
        return b"".join(raw for raw, _ in read), b"".join(content for _, content in read)
    body = b"".join([piece async for piece in pieces(head, reader, bodiless=bodiless)])
    return body, body


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)
