"""Release ranges decide what counts as red and green, so they may neither overlap nor say nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from harness.scenario.problems import Problem, Severity, show
from harness.scenario.releases import Range, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where

Entry = tuple["Where", Range]
FIRST: Final = Version("0.0.1")
LAST: Final = Version("999.0.0")


def entries(loaded: Loaded) -> tuple[Entry, ...]:
    bugs = tuple((("known-bugs", index, "argo"), bug.argo) for index, bug in enumerate(loaded.scenario.known_bugs))
    return bugs + tuple((("skip", index, "argo"), skip.argo) for index, skip in enumerate(loaded.scenario.skip))


def waivers(loaded: Loaded) -> tuple[Entry, ...]:
    return tuple((("waive", index, "argo"), waiver.argo) for index, waiver in enumerate(loaded.scenario.waive))


def samples(ranges: tuple[Range, ...], releases: tuple[str, ...]) -> list[Version]:
    """Versions on and beside every bound, which is where two ranges can differ."""
    found = {Version(release.removeprefix("v")) for release in releases} | {FIRST, LAST}
    for specifier in (one for item in ranges for part in parts(item.text) for one in part):
        bound = Version(specifier.version.removesuffix(".*"))
        found |= {bound, Version(f"{bound.major}.{bound.minor}.{bound.micro + 1}")}
        if bound.micro:
            found.add(Version(f"{bound.major}.{bound.minor}.{bound.micro - 1}"))
    return sorted(found)


def overlap(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """A release has at most one known bug, and none where the scenario is skipped."""
    found = entries(loaded)
    tried = samples(tuple(one for _, one in found), context.releases)
    held = [frozenset(version for version in tried if one.holds(str(version))) for _, one in found]
    for first, second in combinations(range(len(found)), 2):
        both = held[first] & held[second]
        if both and not found[first][0][0] == found[second][0][0] == "skip":
            yield overlapping(loaded, found[first], found[second], min(both - {LAST, FIRST}, default=None))


def overlapping(loaded: Loaded, first: Entry, second: Entry, example: Version | None) -> Problem:
    line = loaded.marks.value(first[0]).line
    text = f"argo: {show(second[1].text)} overlaps {show(first[1].text)} on line {line}"
    return loaded.problem(second[0], f"{text}: both hold {example}" if example else text)


def empty(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """A range holds at least one release that is known."""
    for where, found in entries(loaded) + waivers(loaded):
        if not any(found.holds(str(one)) for one in samples((found,), context.releases)):
            yield loaded.problem(where, f"argo: {show(found.text)} contradicts itself: no release can fit")
        elif context.releases and not any(found.holds(release) for release in context.releases):
            text = f"argo: {show(found.text)} holds none of the known releases (see: shakedown argo list)"
            yield loaded.problem(where, text)


def in_vain(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """A waiver counts where the scenario runs, and one invariant is waived once on a release."""
    scenario = loaded.scenario
    for index, waiver in enumerate(scenario.waive):
        held = [release for release in context.releases if waiver.argo.holds(release)]
        if held and all(scenario.skipped(release) is not None for release in held):
            text = f"argo: {show(waiver.argo.text)} waives only where the scenario is skipped"
            yield warning(loaded, ("waive", index, "argo"), text)
    for first, second in combinations(range(len(scenario.waive)), 2):
        one, other = scenario.waive[first], scenario.waive[second]
        tried = samples((one.argo, other.argo), context.releases)
        if one.invariant == other.invariant and any(_both(one.argo, other.argo, version) for version in tried):
            text = f"{one.invariant} is waived there already, on line {loaded.marks.value(('waive', first)).line}"
            yield loaded.problem(("waive", second), text)


def _both(one: Range, other: Range, version: Version) -> bool:
    return one.holds(str(version)) and other.holds(str(version))


def gaps(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """A release between two that have the same bug, in one line of releases, is most likely forgotten."""
    scenario = loaded.scenario
    for link in dict.fromkeys(bug.link for bug in scenario.known_bugs):
        mine = [(index, bug.argo) for index, bug in enumerate(scenario.known_bugs) if bug.link == link]
        for line in minor_lines(context.releases):
            covered = [any(found.holds(release) for _, found in mine) for release in line]
            if not any(covered):
                continue
            last = len(covered) - 1 - covered[::-1].index(True)
            for release, holds in zip(line[:last], covered[:last], strict=True):
                if not holds and any(covered[: line.index(release)]) and not scenario.skipped(release):
                    text = f"{release} lies between releases that have {link} and is in no range: a gap?"
                    yield warning(loaded, ("known-bugs", mine[-1][0], "argo"), text)


def warning(loaded: Loaded, where: Where, text: str) -> Problem:
    return replace(loaded.problem(where, text), severity=Severity.WARNING)


def minor_lines(releases: tuple[str, ...]) -> list[list[str]]:
    lines: dict[tuple[int, int], list[Version]] = {}
    for release in releases:
        version = Version(release.removeprefix("v"))
        lines.setdefault((version.major, version.minor), []).append(version)
    return [[f"v{version}" for version in sorted(line)] for line in lines.values()]


RULES = (overlap, empty, in_vain, gaps)
