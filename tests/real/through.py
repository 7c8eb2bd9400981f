"""Requests to the API server from inside a cluster's network, straight and through its API proxy, as raw bytes."""

from __future__ import annotations

import ctypes
import os
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.cluster.local import leftovers, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.local.cluster import LocalCluster

_NEW_NETWORK: Final = 0x40000000
DIRECT: Final = (network.GATEWAY, network.API_PORT)
PROXIED: Final = (network.GATEWAY, network.PROXY_PORT)
OFTEN_NEW: Final = (b"date:", b"audit-id:")
"""Fields that no two answers share."""


@dataclass(frozen=True, slots=True)
class Answer:
    """As it came, but for the fields that no two answers share; `body` without its chunks."""

    head: tuple[bytes, ...]
    raw: bytes
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head[0].split()[1])


def token(cluster: LocalCluster, account: str = "default", namespace: str = "default", **bound: Any) -> str:
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
    kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
    made = cluster.api.create(path, {**kind, "spec": {"expirationSeconds": 3600, **bound}})
    return str(made["status"]["token"])


def connect(cluster: LocalCluster, address: tuple[str, int], protocols: tuple[str, ...] = ()) -> ssl.SSLSocket:
    """A connection that begins in the cluster's network; the certificate is checked as every pod does."""
    context = ssl.create_default_context(cafile=str(cluster.layout.keys / "ca.crt"))
    if protocols:
        context.set_alpn_protocols(list(protocols))
    plain = _inside(cluster, address)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname=address[0])


def ask(link: ssl.SSLSocket, head: str, *fields: str, body: bytes = b"") -> Answer:
    """One request and its whole answer on a connection that stays open; `head` is such as `GET /version`."""
    send(link, head, *fields, body=body)
    return receive(link, bodiless=head.startswith("HEAD"))


def send(link: ssl.SSLSocket, head: str, *fields: str, body: bytes = b"") -> None:
    sized = (f"Content-Length: {len(body)}",) if body else ()
    link.sendall("\r\n".join((f"{head} HTTP/1.1", "Host: kubernetes", *fields, *sized, "", "")).encode() + body)


def receive(link: ssl.SSLSocket, *, bodiless: bool = False) -> Answer:
    stream = link.makefile("rb", buffering=0)
    raw, lines = b"", []
    while (line := _line(stream)) != b"\r\n":
        assert line, "the connection ended before the answer"
        lines.append(line.rstrip())
    kept = tuple(line for line in lines if not line.lower().startswith(OFTEN_NEW))
    fields = {line.partition(b":")[0].lower(): line.partition(b":")[2].strip() for line in lines[1:]}
    if bodiless:
        return Answer(kept, b"", b"")
    if fields.get(b"transfer-encoding") == b"chunked":
        read = list(chunks(stream))
        return Answer(kept, b"".join(raw for raw, _ in read), b"".join(content for _, content in read))
    raw = _exactly(stream, int(fields.get(b"content-length", b"0")))
    return Answer(kept, raw, raw)


def everything(link: ssl.SSLSocket) -> bytes:
    """All that comes until the other side is done, but for the fields that no two answers share."""
    read = b""
    while piece := link.recv(65536):
        read += piece
    head, end, rest = read.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(OFTEN_NEW)]
    return b"\r\n".join(kept) + end + rest


def chunks(stream: Any) -> Iterator[tuple[bytes, bytes]]:
    while True:
        line = _line(stream)
        size = int(line, 16)
        content = _exactly(stream, size + 2)
        yield line + content, content[:-2]
        if not size:
            return


def _line(stream: Any) -> bytes:
    line = b""
    while not line.endswith(b"\r\n"):
        byte = stream.read(1)
        if not byte:
            return line
        line += byte
    return line


def _exactly(stream: Any, size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = stream.read(size - len(read))
        assert piece, f"the answer ended {size - len(read)} bytes early"
        read += piece
    return read


def _inside(cluster: LocalCluster, address: tuple[str, int]) -> socket.socket:
    """Only this thread enters the network; a socket stays in the one in which it was made."""
    made: list[socket.socket] = []
    init = leftovers.recorded(cluster.layout.run, "init")
    assert init is not None

    def enter() -> None:
        handle = os.open(f"/proc/{init.pid}/ns/net", os.O_RDONLY)
        try:
            assert ctypes.CDLL(None, use_errno=True).setns(handle, _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
            made.append(socket.create_connection(address, timeout=30))
        finally:
            os.close(handle)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return made[0]
