"""How expectations are compared and how what was seen is put into words."""

import re
from functools import lru_cache

from harness.model.verdicts import UNKNOWN


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    folded = " ".join(glob.split())
    return re.compile(".*".join(re.escape(part) for part in folded.split("*")), re.DOTALL)


def fits(glob: str, text: str) -> bool:
    """Only `*` is special; runs of white space count as one space, because Argo's messages vary in them."""
    return _pattern(glob).fullmatch(" ".join(text.split())) is not None


def listed(words: list[str], most: int = 6) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


__all__ = ["UNKNOWN", "fits", "listed"]
