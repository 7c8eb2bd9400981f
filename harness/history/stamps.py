"""Times and durations as Kubernetes and Argo write them, because every bound and every timer is computed from them."""

import re
from datetime import datetime
from math import inf
from typing import Any, Final

_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")
_WHOLE: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def epoch(stamp: Any) -> float | None:
    """Seconds since the epoch of an RFC 3339 stamp; None where there is none or it is no stamp."""
    if not isinstance(stamp, str) or not stamp:
        return None
    try:
        parsed = datetime.fromisoformat(stamp)
        return parsed.timestamp() if parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def deadline(value: Any) -> float | None:
    """A deadline in seconds; endless for an expression, since what it will be is not known here."""
    found = seconds(value)
    return inf if found is None and value not in (None, "") else found


def seconds(text: Any) -> float | None:
    """A Go duration ("1m30s"), or a bare number which Argo takes as seconds; None where it is neither."""
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, int | float):
        return float(text)
    if not isinstance(text, str):
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    if not _WHOLE.fullmatch(text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
