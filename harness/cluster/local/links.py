"""Whether a link is switched on, from the kernel itself: nobody starts a process to read one bit."""

from __future__ import annotations

import fcntl
import socket
import struct

_GET_FLAGS = 0x8913
_UP = 0x1


def is_up(name: str) -> bool:
    """False, too, where there is no such link. Speaks of the network namespace of this process."""
    request = struct.pack("16sH14x", name.encode(), 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking, _GET_FLAGS, request)
        except OSError:
            return False
    flags: int = struct.unpack("16sH14x", answer)[1]
    return bool(flags & _UP)
