"""Text that is no YAML: the parser says where it gave up, a reader wants to know what is wrong there and what to write.

Where it gave up is often not where the mistake is: a quote that is not closed ends at the next one, a key without a
colon goes on into the line below.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from harness.scenario.composer import LOADER
from harness.scenario.indentation import misplaced
from harness.scenario.marks import Mark
from harness.scenario.problems import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

OPENED: Final = re.compile(r"^\s*(?:- +)*(?:\"[^\"]*\"|'[^']*'|[^\s#'\"{\[][^#]*?): ")
"""A line, as far as it is given, that has a key already."""
CLOSING: Final = ("]", "}")
PLAIN_HINTS: Final = {
    "found unknown escape character": "use single quotes around a text with backslashes",
    "found undefined alias": "a text that begins with '*' must be in quotes",
    "did not find expected alphabetic": "a text that begins with '*' or '&' must be in quotes",
    "did not find expected comment or line break": "after '|' or '>' a text begins on the next line; one that begins"
    " with these must be in quotes",
    "found unexpected non-alphabetical character": "a text that begins with '%' must be in quotes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the parser gave up, and where it began what it could not end; lines and columns count from 0."""

    lines: Sequence[str]
    line: int
    column: int
    began: tuple[int, int] | None
    problem: str

    def at(self, line: int) -> str:
        return self.lines[line] if line < len(self.lines) else ""

    @property
    def text(self) -> str:
        return self.at(self.line)

    @property
    def here(self) -> str:
        return self.text[self.column : self.column + 1]

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def ended(self) -> bool:
        return not any(line.strip() for line in [self.text[self.column :], *self.lines[self.line + 1 :]])

    def above(self) -> int | None:
        """The line before that has something on it."""
        return next((at for at in range(self.line - 1, -1, -1) if said(self.lines[at])), None)


Found = tuple[int, int, str]
"""Line and column of the mistake, and what it is."""


def said(line: str) -> str:
    """What is on it, without blanks and comments."""
    stripped = line.strip()
    return "" if stripped.startswith("#") else stripped


def spell_out(error: yaml.MarkedYAMLError, text: str, path: Path) -> tuple[Mark, str]:
    at, began = error.problem_mark or error.context_mark, error.context_mark
    place = Place(
        lines=text.splitlines(),
        line=at.line if at else 0,
        column=at.column if at else 0,
        began=(began.line, began.column) if began else None,
        problem=str(error.problem or error.context or "it cannot be read"),
    )
    line, column, message = tab(place) or explained(place)
    return Mark(path=path, line=line + 1, column=column + 1), message


def tab(place: Place) -> Found | None:
    indentation = place.text[: len(place.text) - len(place.text.lstrip())]
    if "\t" in indentation:
        return place.line, indentation.index("\t"), "a tab in the indentation: YAML wants spaces"
    return None


def explained(place: Place) -> Found:
    for start, explain in EXPLAINED.items():
        if start in place.problem and (found := explain(place)):
            line, column, message = found
            return line, column, f"not valid YAML: {message}"
    hint = next((f"; {hint}" for start, hint in PLAIN_HINTS.items() if start in place.problem), "")
    return place.line, place.column, f"not valid YAML: {place.problem}{hint}"


def second_key(place: Place) -> Found:
    """A colon where there can be none: in a value, or after a text that began on the line above."""
    above = place.above()
    if OPENED.match(f"{place.before} ") or above is None:
        return place.line, place.column, "a value that contains ': ' must be in quotes"
    over, at = said(place.lines[above]), indent(place.lines[above])
    own, wanted = indent(place.text), content(place.lines[above])
    if re.match(r"-[^\s-]", over):
        return above, at, f"a blank is missing after the '-' of {show(over)}"
    if re.match(r"(- +)*[^\s:{\[\"']+:[^\s/]", over) and ": " not in over:
        return above, at, f"a blank is missing after the ':' of {show(over)}"
    if ": " not in over:
        return above, at, f"{show(over)} has no ':' after its key"
    deeper = f"this line is indented by {blanks(own)}, and the key above, which has a value, by {wanted}"
    return place.line, own, f"{deeper}: give both the same, or put a value of several lines in quotes"


def no_colon(place: Place) -> Found:
    line, column = place.began or (place.line, place.column)
    return line, column, f"{show(place.at(line)[column:].strip())} has no ':' after its key"


def odd_beginning(place: Place) -> Found:
    if place.here == "\t":
        return place.line, place.column, "a tab where YAML wants a blank"
    return place.line, place.column, f"a text that begins with {show(place.here)} must be in quotes"


def open_quote(place: Place) -> Found:
    line, column = place.began or (place.line, place.column)
    return line, column, "the quote that begins here is not closed"


def open_bracket(place: Place) -> Found | None:
    if place.began is None:
        return None
    line, column = place.began
    opened = place.at(line)[column : column + 1]
    if "${" in place.text:
        return place.line, place.column, "between braces or brackets, ${...} must be in quotes"
    if place.ended:
        return line, column, f"the {show(opened)} that is opened here is not closed"
    whose = f"the {show(opened)} of {f'line {line + 1}' if line != place.line else f'column {column + 1}'}"
    if place.here in CLOSING:
        return place.line, place.column, f"{whose} is not closed before this {show(place.here)}"
    return place.line, place.column, f"before this a comma is missing, or {whose} is not closed"


def after_the_end(place: Place) -> Found:
    """Something where a new key or item was wanted: behind a value that is whole, or with a wrong indentation."""
    before = place.before.rstrip()
    if not before.lstrip("- "):
        return place.line, place.column, misplaced(place.lines[: place.line], place.text)
    if before[-1] in "\"'":
        line, column = quoted(place)
        if line != place.line:
            return line, column, f"the quote that begins here is not closed before line {place.line + 1}"
        cure = "put all of the value in quotes, and double those within"
        return place.line, place.column, f"nothing may follow a text in quotes: {cure}"
    if place.here in CLOSING:
        return place.line, place.column, f"{show(place.here)} closes nothing: there is one too many"
    cure = "a text that begins with a brace or bracket must be in quotes"
    return place.line, place.column, f"nothing may follow a closing {show(before[-1])}: {cure}"


def quoted(place: Place) -> tuple[int, int]:
    """Where the text in quotes began that ends before the place."""
    found = place.line, place.column
    with suppress(yaml.YAMLError):
        for token in yaml.scan("\n".join([*place.lines[: place.line], place.before]), Loader=LOADER):
            if isinstance(token, yaml.ScalarToken) and not token.plain:
                found = token.start_mark.line, token.start_mark.column
    return found


def second_document(place: Place) -> Found:
    earlier = [line for line in place.lines[: place.line] if said(line)]
    first = indent(earlier[0]) if earlier else 0
    if any(line.startswith("...") for line in earlier):
        return place.line, place.column, "'...' above ends the document: a scenario file holds exactly one"
    if first > place.column:
        why = f"indented by {blanks(place.column)}, the first line by {blanks(first)}: give them the same"
        return place.line, place.column, why
    return place.line, place.column, "the document is whole before this: a mapping in braces is the only one"


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def content(line: str) -> int:
    """Where the key of the line begins, which may be the first of an item."""
    return len(line) - len(re.sub(r"^\s*(- +)*", "", line))


def blanks(number: int) -> str:
    return f"{number} blank{'' if number == 1 else 's'}"


EXPLAINED: Final[dict[str, Callable[[Place], Found | None]]] = {
    "mapping values are not allowed": second_key,
    "could not find expected ':'": no_colon,
    "found character that cannot start any token": odd_beginning,
    "found unexpected end of stream": open_quote,
    "did not find expected ',' or": open_bracket,
    "did not find expected key": after_the_end,
    "did not find expected '-' indicator": after_the_end,
    "did not find expected <document start>": second_document,
}
