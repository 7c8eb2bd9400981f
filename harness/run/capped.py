"""A log that says too much must not fill the disk: its beginning and its end tell most, and the gap is told."""

from typing import Final

HEAD: Final = 256 << 10
TAIL: Final = 768 << 10


class CappedLog:
    """Takes bytes as they come and keeps the first `head` and the last `tail` of them."""

    def __init__(self, head: int = HEAD, tail: int = TAIL) -> None:
        self._head, self._tail = head, tail
        self._first = bytearray()
        self._last = bytearray()
        self.size = 0

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        room = self._head - len(self._first)
        self._first += piece[:room]
        self._last += piece[room:]
        if len(self._last) > 2 * self._tail:
            del self._last[: -self._tail]

    @property
    def text(self) -> str:
        """What was kept, in whole lines where something was cut."""
        if self.size <= self._head + self._tail:
            return bytes(self._first + self._last).decode(errors="replace")
        first = self._first[: self._first.rfind(b"\n") + 1] or self._first
        last = self._last[-self._tail :]
        last = last[last.find(b"\n") + 1 :]
        cut = self.size - len(first) - len(last)
        told = f"... {cut} bytes were cut here: this log is larger than {self._head + self._tail} bytes ...\n"
        return first.decode(errors="replace") + told + last.decode(errors="replace")


def capped(text: str) -> str:
    log = CappedLog()
    log.add(text.encode(errors="replace"))
    return log.text
