"""Durations as Argo and Go write them ("1m30s", "250ms"), because scenarios sit next to Argo's own settings."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from harness.scenario.problems import show

PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
WHOLE = re.compile(r"^(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+$")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST = 24 * 3600.0


def parse_duration(value: Any) -> float:
    """Seconds of a duration such as `90s`, `1m30s` or `250ms`. Raises ValueError with what is allowed."""
    if not isinstance(value, str) or not WHOLE.fullmatch(value):
        hint = "write a number with a unit (ms, s, m, h), such as 30s or 1m30s"
        raise ValueError(f"{show(value)} is not a duration: {hint}")
    seconds = sum(float(number) * SECONDS[unit] for number, unit in PART.findall(value))
    if seconds > LONGEST:
        raise ValueError(f"{show(value)} is longer than a day")
    return seconds


def show_duration(seconds: float) -> str:
    """The shortest form that `parse_duration` reads back."""
    if seconds >= 60 and seconds % 60 == 0:
        return f"{seconds / 60:.0f}m"
    number, unit = (seconds, "s") if seconds >= 1 else (seconds * 1000, "ms")
    return f"{number:.6f}".rstrip("0").rstrip(".") + unit


Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    PlainSerializer(show_duration, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": WHOLE.pattern, "examples": ["30s", "1m30s", "250ms"]}),
]


def _whole(seconds: float) -> float:
    if seconds != int(seconds):
        raise ValueError(f"{show_duration(seconds)} is no whole number of seconds, and Kubernetes takes no other")
    return seconds


WholeSeconds = Annotated[Duration, AfterValidator(_whole)]
