"""Words from a cluster are hostile input, and a picture has little room: they are made harmless and short here."""

from __future__ import annotations

import re
from typing import Final

DETAIL: Final = 600
"""Letters of a detail: a message can have a megabyte."""
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What XML forbids, and what turns the order of letters around."""


def harmless(text: str) -> str:
    return _UNSAFE.sub("\ufffd", text)


def one_line(text: str) -> str:
    return " ".join(text.split())


def detail(text: str) -> str:
    """Several lines, none of them endless."""
    return text if len(text) <= DETAIL else f"{text[: DETAIL - 1]}…"


def seconds(span: float) -> str:
    """A span as people say it: `2 ms`, `0.51 s`, `12.3 s`, `2 min 5 s`."""
    if span < 0.1:
        return f"{span * 1000:.0f} ms"
    if span < 1:
        return f"{span:.2f} s"
    if span < 100:
        return f"{span:.1f} s"
    minutes, rest = divmod(round(span), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
