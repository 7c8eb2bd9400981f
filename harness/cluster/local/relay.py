"""The API server listens where nobody can reach it; this carries connections to it from the machine's loopback.

The listening socket was bound outside and is inherited: no link, address or packet filter rule on the machine.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading

_CHUNK = 256 * 1024


def pump(source: socket.socket, sink: socket.socket) -> None:
    buffer = memoryview(bytearray(_CHUNK))
    with contextlib.suppress(OSError):
        while count := source.recv_into(buffer):
            sink.sendall(buffer[:count])
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def carry(outside: socket.socket, target: tuple[str, int]) -> None:
    with outside:
        try:
            inside = socket.create_connection(target)
        except OSError:
            return
        with inside:
            for end in (outside, inside):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=pump, args=(inside, outside), daemon=True)
            back.start()
            pump(outside, inside)
            back.join()


def main(descriptor: int, host: str, port: int) -> None:
    listener = socket.socket(fileno=descriptor)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=carry, args=(connection, (host, port)), daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
