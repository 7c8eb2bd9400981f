"""Not every release can be had from a module proxy; the known answers save a user minutes of waiting for a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from harness.model.errors import ReleaseUnavailable
from harness.model.release import Release

_OLDEST: Final = Release.parse("v3.4.0")
_BUILT: Final = ("v3.5.2", "v3.5.5", "v3.5.10", "v3.5.11", "v3.6.10", "v3.7.4", "v3.7.15", "v4.0.2")
_OFFERED: Final = (
    *("v3.4.17", "v3.5.4", "v3.5.6", "v3.5.13", "v3.6.0", "v3.6.5", "v3.6.7"),
    *("v3.7.0", "v3.7.1", "v3.7.2", "v3.7.6"),
)
_REFUSED: Final = {
    "v3.5.3": "the module proxy refuses it",
    "v3.6.4": "the checksum database does not know it",
    "v3.7.10": "the module proxy refuses it",
    "v4.0.0": "the module proxy refuses it",
    "v4.1.0": "the module proxy refuses it",
}


class Standing(StrEnum):
    """What is known about a release before it is asked for."""

    BUILT = "built and run before"
    OFFERED = "offered by the module proxy"
    REFUSED = "refused"
    UNKNOWN = "not tried yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One line of the catalogue."""

    release: Release
    standing: Standing
    why: str = ""


def catalogue() -> tuple[Known, ...]:
    """Every release that something is known about, oldest first."""
    tags = (*_BUILT, *_OFFERED, *_REFUSED)
    return tuple(sorted((known(Release.parse(tag)) for tag in tags), key=lambda line: line.release))


def newest() -> Release:
    """The newest that can be had."""
    return max(line.release for line in catalogue() if line.standing is not Standing.REFUSED)


def known(release: Release) -> Known:
    """What is known about one release."""
    match release.tag:
        case tag if tag in _REFUSED:
            return Known(release=release, standing=Standing.REFUSED, why=_REFUSED[tag])
        case tag if tag in _BUILT:
            return Known(release=release, standing=Standing.BUILT)
        case tag if tag in _OFFERED:
            return Known(release=release, standing=Standing.OFFERED)
        case _:
            return Known(release=release, standing=Standing.UNKNOWN)


def check(release: Release) -> None:
    """Refuses at once what is known not to work."""
    if release < _OLDEST:
        raise ReleaseUnavailable(f"Argo {release} is older than {_OLDEST}, the oldest that the harness understands")
    line = known(release)
    if line.standing is Standing.REFUSED:
        raise ReleaseUnavailable(
            f"Argo {release} cannot be had here: {line.why}", cure="choose another release; see: shakedown argo list"
        )


def check_line(release: Release) -> None:
    """Refuses what is known not to work, and a line (as v3.7) of which nothing is known to be had: for who plans ahead.

    A new patch of a known line is let pass, though only its build shows whether it can be had.
    """
    check(release)
    had = [line.release for line in catalogue() if line.standing is not Standing.REFUSED]
    if not any((one.major, one.minor) == (release.major, release.minor) for one in had):
        raise ReleaseUnavailable(
            f"no release like Argo {release} is known", cure=f"these can be had: {', '.join(map(str, had))}"
        )


def module(release: Release) -> str:
    """The Go module that carries a release."""
    return f"github.com/argoproj/argo-workflows/v{max(release.major, 3)}"
