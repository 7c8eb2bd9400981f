"""Ranges of Argo releases (">=3.5.6,<3.5.11 || ==3.6.0") in the syntax of PEP 440, joined by `||`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from harness.scenario.problems import show

LONGEST = 200
EXAMPLES = "write for example '>=3.5.6,<3.5.11' or '==3.6.0 || >=3.7'"


@dataclass(frozen=True, slots=True)
class Range:
    text: str

    def holds(self, release: str) -> bool:
        version = Version(release.removeprefix("v"))
        return any(part.contains(version, prereleases=True) for part in parts(self.text))


EVERY: Final = Range("*")


@lru_cache(maxsize=1024)
def parts(text: str) -> tuple[SpecifierSet, ...]:
    """The alternatives of a range. Raises InvalidSpecifier, also for an empty one, which would hold everything."""
    if not all(part.strip() for part in text.split("||")):
        raise InvalidSpecifier("an alternative is empty")
    return tuple(SpecifierSet("" if part.strip() == "*" else part.strip()) for part in text.split("||"))


def why(text: str) -> str:
    """The mistake that is hardest to see: nothing on one side of `||`."""
    return "" if all(part.strip() for part in text.split("||")) else ", one side of || is empty"


def parse_range(value: Any) -> Range:
    """A Range. Raises ValueError saying what is allowed."""
    if isinstance(value, Range):
        return value
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ValueError(f"{show(value)} is no release range: {EXAMPLES}")
    try:
        parts(value)
    except InvalidSpecifier as error:
        raise ValueError(f"{show(value)} is no release range{why(value)}: {EXAMPLES}") from error
    return Range(value)


ReleaseRange = Annotated[
    Range,
    BeforeValidator(parse_range),
    PlainSerializer(lambda r: r.text, return_type=str),
    WithJsonSchema({"type": "string", "examples": [">=3.5.6,<3.5.11", "*"]}),
]
