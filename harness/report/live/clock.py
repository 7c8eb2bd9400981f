"""How long something has taken, against its limit: `12 s / 60 s`."""

from __future__ import annotations

from harness.build.progress import duration


def spent(seconds: float, limit: float | None = None) -> str:
    taken = _whole(max(seconds, 0.0))
    return taken if limit is None else f"{taken} / {_whole(limit)}"


def _whole(seconds: float) -> str:
    """Whole seconds: tenths that change under the eye say nothing."""
    return f"{int(seconds)} s" if seconds < 120 else duration(seconds)
