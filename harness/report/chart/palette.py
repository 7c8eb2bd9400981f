"""Colours after Okabe and Ito, darkened for white paper and lightened for black: told apart by every kind of eye.

No colour says anything alone: each tone has a hatch of its own and a word beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.report.chart.model import Tone

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """`ink` is text, `faint` text of less weight, `rule` lines that only guide, `on` the text inside of bars."""

    paper: str
    ink: str
    faint: str
    rule: str
    stripe: str
    on: str
    tones: Mapping[Tone, str]


LIGHT: Final = Theme(
    paper="#ffffff",
    ink="#1b1f24",
    faint="#57606a",
    rule="#d5dae0",
    stripe="#f4f6f8",
    on="#ffffff",
    tones={
        Tone.RUNNING: "#0068a8",
        Tone.WAITING: "#8f5c00",
        Tone.GOOD: "#00735a",
        Tone.FAILED: "#b84500",
        Tone.ERROR: "#9b3a77",
        Tone.ENDING: "#6d6400",
        Tone.AWAY: "#2b2f36",
        Tone.OFF: "#626c77",
    },
)
DARK: Final = Theme(
    paper="#0d1117",
    ink="#e8edf2",
    faint="#a3adb8",
    rule="#30363d",
    stripe="#151b23",
    on="#0d1117",
    tones={
        Tone.RUNNING: "#56b4e9",
        Tone.WAITING: "#e69f00",
        Tone.GOOD: "#2cc295",
        Tone.FAILED: "#ff8a4c",
        Tone.ERROR: "#e39cc4",
        Tone.ENDING: "#f0e442",
        Tone.AWAY: "#dfe5ec",
        Tone.OFF: "#98a2ae",
    },
)
HATCHED: Final = {
    Tone.WAITING: (6, "M-1 7L7 -1M-1 1L1 -1M5 7L7 5"),
    Tone.FAILED: (7, "M0 0L7 7M7 0L0 7"),
    Tone.ERROR: (6, "M3 0V6"),
    Tone.ENDING: (6, "M-1 -1L7 7M-1 5L1 7M5 -1L7 1"),
    Tone.AWAY: (8, "M4 1v6M1 4h6"),
    Tone.OFF: (5, "M2 2.5h1.5"),
}
"""What runs is plain, and what is good is a thin line; every other tone has lines of its own."""
