"""The events of a watch, cut out of its stream: lines of JSON, or protobuf records behind their length.

The client chooses the encoding, and Argo's controller uses JSON for what is Argo's and may use protobuf for pods. An
event is passed on as the bytes that it came in, so only as much is read of it as tells what it is about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOBUF = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an event says: `type` as in a watch; the rest of the object that it carries, empty where it has none."""

    type: str
    namespace: str = ""
    name: str = ""
    version: str = ""

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.type} {where} version {self.version}"


class Cutter:
    """Fed with the stream, gives whole events; `rest` is the beginning of one that is not whole."""

    def __init__(self, content_type: str) -> None:
        self.binary = content_type.startswith(PROTOBUF)
        self.rest = b""

    def feed(self, content: bytes) -> Iterator[bytes]:
        self.rest += content
        while (size := self._size()) is not None:
            frame, self.rest = self.rest[:size], self.rest[size:]
            yield frame

    def _size(self) -> int | None:
        if not self.binary:
            return self.rest.find(b"\n") + 1 or None
        whole = 4 + int.from_bytes(self.rest[:4], "big")
        return whole if len(self.rest) >= max(whole, 5) else None

    def about(self, frame: bytes) -> About:
        """Of what cannot be read nothing is known, and no fault is meant for it."""
        try:
            return _about_binary(frame[4:]) if self.binary else _about_json(frame)
        except (ValueError, LookupError, AttributeError, TypeError):
            return About(type="")


def _about_json(frame: bytes) -> About:
    event = json.loads(frame)
    meta = event["object"].get("metadata") or {}
    return About(
        type=event["type"],
        namespace=meta.get("namespace", ""),
        name=meta.get("name", ""),
        version=meta.get("resourceVersion", ""),
    )


def _about_binary(frame: bytes) -> About:
    """WatchEvent{1 type, 2 object{1 raw}}; raw is the magic and Unknown{2 raw}; the object has its metadata in 1."""
    event = fields(frame)
    unknown = fields(event[2])[1].removeprefix(_MAGIC)
    meta = fields(fields(fields(unknown)[2])[1])
    name, namespace, version = (meta.get(number, b"").decode() for number in (1, 3, 6))
    return About(type=event[1].decode(), namespace=namespace, name=name, version=version)


def fields(message: bytes) -> dict[int, bytes]:
    """The fields of a protobuf message that are bytes, the last of several. Raises ValueError where it is none."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == 2:
            size, at = _varint(message, at)
            if at + size > len(message):
                raise ValueError("a field is longer than its message")
            found[number] = message[at : at + size]
            at += size
        elif kind == 0:
            _, at = _varint(message, at)
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message):
            raise ValueError("a number ends too early")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
