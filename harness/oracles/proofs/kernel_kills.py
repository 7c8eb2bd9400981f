"""Whether it was by a kill of the kernel's that a container ended: the two come together.

A kill that the container outlived was of a child, and one of after its end says nothing of it.
"""

from typing import Final

from harness.history.traces import Version
from harness.model.events import KernelKill
from harness.model.pods import Container

PROMPT: Final = 5.0
"""Seconds between two things of which one is the other's doing."""


def ended_by(kill: Version[KernelKill], end: Version[Container]) -> bool:
    """By the container's own stamp, which is cut to seconds; the record may be read as late as the end is seen."""
    ended = end.at.wall if end.value.finished_at is None else end.value.finished_at
    return ended - PROMPT <= kill.at.wall <= end.at.wall + PROMPT
