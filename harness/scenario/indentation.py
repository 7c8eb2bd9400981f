"""Which indentation a line may have, as the lines above it say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Level:
    """An indentation that is open: of the keys of a mapping, or of the items of a list."""

    column: int
    items: bool


def misplaced(above: Iterable[str], line: str) -> str:
    """What is wrong with the indentation of a line that begins neither a key nor an item where it stands."""
    column, item = len(line) - len(line.lstrip()), is_item(line.strip())
    levels = opened(above)
    same = [level.column for level in levels if level.items is item]
    text = f"{'this item' if item else 'this line'} is indented by {number(column)}"
    if column in same:
        return f"{text}, but what stands above with as many ends elsewhere"
    if not item and ":" not in line:
        return f"{text} and has no key: a text of several lines keeps the indentation of its first"
    if not item and Level(column, True) in levels:
        return f"{text} as the items above are, but does not begin with '- '"
    if not same:
        return f"{text}, and stands among keys: an item belongs to a list below a key"
    lower = [each for each in same if each < column][-1:]
    higher = [each for each in same if each > column][:1]
    near = " or ".join(map(str, lower + higher))
    if item and Level(column, False) in levels:
        return f"{text} as the keys above are, where the items have {near}; a key takes no '- '"
    return f"{text}, where {'the items' if item else 'the keys'} above have {near}"


def opened(lines: Iterable[str]) -> list[Level]:
    """The levels that are open after these lines, the outermost first; one that was left is closed."""
    found: list[Level] = []
    for line in lines:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        column = len(line) - len(line.lstrip())
        found = [level for level in found if level.column < column or level == Level(column, is_item(text))]
        while is_item(text):
            found.append(Level(column, items=True))
            rest = text[1:].lstrip()
            column, text = column + len(text) - len(rest), rest
        if ":" in text:
            found.append(Level(column, items=False))
    return sorted(set(found), key=lambda level: level.column)


def is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def number(column: int) -> str:
    return f"{column} blank{'' if column == 1 else 's'}"
