"""Which releases are worth a job each: where scenarios declare that Argo changes, it has to be seen on both sides.

Everything in between behaves as its neighbours do, or a range is wrong; and the newest of each line is what people run.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from harness.argo.releases import Standing
from harness.model.release import Release
from harness.scenario.releases import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from harness.argo.releases import Known
    from harness.scenario.releases import Range
    from harness.scenario.types import Scenario

UNREPORTED: Final = "unreported"
"""Stands for the link of a known bug that nobody has reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A release, and why it is in."""

    argo: Release
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """`choices` oldest first; `notes` say what was left out or stands in for something that cannot be had."""

    choices: tuple[Choice, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of one scenario, and what a release is called on either side of where it begins and where it ends."""

    scenario: Scenario
    range: Range
    begins: tuple[str, str]
    ends: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    argo: Release
    role: str
    scenario: str


def spans(scenario: Scenario) -> Iterator[Span]:
    """Every range that a scenario declares."""
    for bug in scenario.known_bugs:
        about = "an unreported bug" if bug.link == UNREPORTED else bug.link
        yield _span(scenario, bug.argo, ("last before", "first with", "last with", "first without"), about)
    for waiver in scenario.waive:
        sides = (
            "last without a waiver of",
            "first with a waiver of",
            "last with a waiver of",
            "first without a waiver of",
        )
        yield _span(scenario, waiver.argo, sides, waiver.invariant)
    for skip in scenario.skip:
        yield _span(scenario, skip.argo, ("last before a skip", "", "", "first after a skip"), "")


def _span(scenario: Scenario, held: Range, sides: tuple[str, str, str, str], about: str) -> Span:
    told = [" ".join(filter(None, (side, about, f"({held.text})"))) for side in sides]
    return Span(scenario=scenario, range=held, begins=(told[0], told[1]), ends=(told[2], told[3]))


def derive(scenarios: Sequence[Scenario], catalogue: Iterable[Known]) -> Matrix:
    """The releases on both sides of every bound, and the newest of each line, of those that can be had."""
    known = {line.release: line for line in catalogue}
    had = sorted(release for release, line in known.items() if line.standing is not Standing.REFUSED)
    found = [one for scenario in scenarios for span in spans(scenario) for one in _bounds(span, had)]
    newest, idle = _newest(scenarios, had)
    chosen = sorted({*(one.argo for one in found), *newest})
    return Matrix(
        choices=tuple(Choice(argo=argo, why=tuple(_why(argo, found, newest))) for argo in chosen),
        notes=(*dict.fromkeys(_stand_ins(scenarios, known, had)), *idle),
    )


def asked(releases: Iterable[Release]) -> Matrix:
    """The releases that somebody named."""
    return Matrix(choices=tuple(Choice(argo=argo, why=("asked for",)) for argo in sorted(set(releases))))


def _bounds(span: Span, had: Sequence[Release]) -> Iterator[_Found]:
    """The neighbours of which only one is in the range. Where the scenario is skipped, nothing shows."""
    for before, after in pairwise(had):
        inside = span.range.holds(str(before)), span.range.holds(str(after))
        if inside[0] == inside[1]:
            continue
        for argo, role in zip((before, after), span.ends if inside[0] else span.begins, strict=True):
            if span.scenario.skipped(str(argo)) is None:
                yield _Found(argo=argo, role=role, scenario=span.scenario.name)


def _newest(scenarios: Sequence[Scenario], had: Sequence[Release]) -> tuple[list[Release], list[str]]:
    """The newest of each line; those on which nothing runs are only told."""
    lines = {(release.major, release.minor): release for release in had}
    runs = {argo: any(scenario.skipped(str(argo)) is None for scenario in scenarios) for argo in lines.values()}
    idle = [
        f"{argo}, newest of its line, is left out: every scenario is skipped there" for argo in runs if not runs[argo]
    ]
    return [argo for argo in runs if runs[argo]], idle


def _why(argo: Release, found: Sequence[_Found], newest: Sequence[Release]) -> Iterator[str]:
    """One line for all the scenarios that say the same."""
    roles: dict[str, list[str]] = {}
    for one in found:
        if one.argo == argo and one.scenario not in (names := roles.setdefault(one.role, [])):
            names.append(one.scenario)
    yield from (f"{role}: {', '.join(names)}" for role, names in roles.items())
    if argo in newest:
        yield f"newest of {argo.major}.{argo.minor}"


def _stand_ins(scenarios: Sequence[Scenario], known: Mapping[Release, Known], had: Sequence[Release]) -> Iterator[str]:
    """A bound that cannot be tried is told: what changed there may have done so somewhere beside it."""
    for bound, ranges in sorted(_named(span.range for scenario in scenarios for span in spans(scenario)).items()):
        below, above = [one for one in had if one < bound], [one for one in had if one > bound]
        if bound in had or not below or not above:
            continue
        why = known[bound].why if bound in known else "nothing is known of it"
        yield f"{bound}, a bound of {', '.join(ranges)}, is not in: {why}; beside it are {below[-1]} and {above[0]}"


def _named(ranges: Iterable[Range]) -> dict[Release, tuple[str, ...]]:
    """The releases that are written in ranges, each with those ranges."""
    found: dict[Release, dict[str, None]] = {}
    for held in ranges:
        for specifier in (one for part in parts(held.text) for one in part):
            bound = Version(specifier.version.removesuffix(".*"))
            release = Release.parse(f"{bound.major}.{bound.minor}.{bound.micro}")
            found.setdefault(release, {})[held.text] = None
    return {release: tuple(texts) for release, texts in found.items()}
