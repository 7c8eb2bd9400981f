"""How wide a text may become, so that no two overlap: by the widest of the fonts that a browser would take."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

_CLASSES: Final = {
    0.30: "ijl",
    0.33: " .,:;|!'`",
    0.42: 'ftr()[]{}/\\-I"·',
    0.56: "cskvxyzJL_*?^",
    0.66: "abdeghnopqu0123456789$#TFEPSYZ<>=",
    0.80: "ABCDGHKNOQRUVX&~+“”",
    1.02: "mwMW%@…⋯①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳✓✗",
}
_WIDTHS: Final = {ord(letter): width for width, letters in _CLASSES.items() for letter in letters}
_BOLD: Final = 1.12
ELLIPSIS: Final = "…"


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def width(text: str, size: float, *, bold: bool = False) -> float:
    return _ems(text) * size * (_BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def _ems(text: str) -> float:
    return sum(_letter(letter) for letter in text)


@lru_cache(maxsize=4096)
def _letter(letter: str) -> float:
    known = _WIDTHS.get(ord(letter))
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0.0
    # an emoji or an ideograph is a square, and some of them are a little more
    return 1.35 if ord(letter) > 0x2E7F or unicodedata.east_asian_width(letter) in "WF" else 0.85


def fit(text: str, room: float, size: float, *, bold: bool = False, least: int = 3) -> str:
    """As much of the text as there is room for, with an ellipsis for the rest; "" where that is next to nothing."""
    if width(text[:400], size, bold=bold) <= room and len(text) <= 400:
        return text
    room -= width(ELLIPSIS, size, bold=bold)
    kept = _prefix(text, room, size, bold=bold)
    return f"{text[:kept].rstrip(' :,;')}{ELLIPSIS}" if kept >= least else ""


def fit_middle(text: str, room: float, size: float) -> str:
    """Names are told apart by their ends, so what is left out is in the middle."""
    if len(text) <= 400 and width(text, size) <= room:
        return text
    room -= width(ELLIPSIS, size)
    tail = _prefix(text[::-1], room / 2, size)
    head = _prefix(text, room - width(text[len(text) - tail :], size), size)
    return text[:head] + ELLIPSIS + text[len(text) - tail :]


def _prefix(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """How many letters there is room for."""
    used, factor = 0.0, size * (_BOLD if bold else 1.0)
    for count, letter in enumerate(text):
        used += _letter(letter) * factor
        if used > room:
            return count
    return len(text)


def wrap(text: str, room: float, size: float, lines: int) -> list[str]:
    """At most so many lines; the last says by an ellipsis that there is more."""
    words, found = text[:2000].split(" "), [""]
    while words:
        longer = f"{found[-1]} {words[0]}".strip()
        if width(longer, size) <= room:
            found[-1] = longer
            words.pop(0)
        elif len(found) < lines and found[-1]:
            found.append("")
        else:
            found[-1] = fit(" ".join([found[-1], *words]).strip(), room, size)
            break
    return found
