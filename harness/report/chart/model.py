"""What a picture of a history shows, before anybody asks where on the paper: plain times, words and tones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a state means to a reader. Each has a colour, a hatch and a character of its own."""

    RUNNING = "running"
    WAITING = "waiting"
    GOOD = "good"
    FAILED = "failed"
    ERROR = "error"
    ENDING = "ending"
    AWAY = "away"
    OFF = "off"


class Group(StrEnum):
    """Kinds of lanes, from the top of the picture to its bottom."""

    WORKFLOW = "Workflow"
    NODES = "Workflow nodes"
    PODS = "Pods and containers"
    RESULTS = "Task results"
    LEASE = "Controller lease"
    HOSTS = "Cluster nodes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A state from `start` to `end`. `settled`: it is a result that stays, and not something that goes on."""

    start: float
    end: float
    tone: Tone
    text: str
    detail: str = ""
    settled: bool = False


class Glyph(StrEnum):
    RENEWAL = "renewal"
    FINISHED = "finished"
    GONE = "gone"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A moment of one lane; `text` is its label, "" where the glyph says enough."""

    t: float
    glyph: Glyph
    detail: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One thing and its states. `key` is its id or UID; `worth` decides who stays where there is no room for all."""

    group: Group
    key: str
    name: str
    depth: int = 0
    bars: tuple[Bar, ...] = ()
    points: tuple[Point, ...] = ()
    worth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A span in which the watch of these lanes had lost its place."""

    group: Group
    start: float
    end: float
    detail: str


class Style(StrEnum):
    """How a moment is drawn across the lanes."""

    TRIGGERED = "triggered"
    ACCEPTED = "accepted"
    LANDED = "landed"
    WRONG = "wrong"
    NUDGE = "nudge"
    KERNEL = "kernel"
    VIOLATION = "violation"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    t: float
    style: Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A label above the lanes, whose moments are lines across them; the label stands at the first."""

    moments: tuple[Moment, ...]
    title: str
    text: str = ""
    detail: str = ""

    @property
    def t(self) -> float:
        return self.moments[0].t


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    start: float
    end: float
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """`mark` and `tone` are for `verdict`, in a form that needs no colour."""

    title: str
    verdict: str
    mark: str
    tone: Tone
    reason: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`damage` is why the history could not be read to its end, "" where it could."""

    headline: Headline
    end: float
    lanes: tuple[Lane, ...]
    flags: tuple[Flag, ...] = ()
    holes: tuple[Hole, ...] = ()
    quiet: Span | None = None
    damage: str = ""

    def group(self, group: Group) -> tuple[Lane, ...]:
        return tuple(lane for lane in self.lanes if lane.group is group)
