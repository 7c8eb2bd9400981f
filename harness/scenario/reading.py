"""YAML text to plain data and marks, or to a message that says what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from harness.scenario.composer import Composer, Node
from harness.scenario.marks import Mark, Marks, Where
from harness.scenario.problems import Problem, ScenarioErrors, show
from harness.scenario.scalars import NotPlain, scalar

if TYPE_CHECKING:
    from pathlib import Path

UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HINTS: Final = {
    "mapping values are not allowed": "a value that contains ': ' must be in quotes",
    "did not find expected key": "look at the indentation of this line and the one before",
    "did not find expected '-' indicator": "look at the indentation of this line and the one before",
    "could not find expected ':'": "a key must be followed by ': '",
    "did not find expected ',' or": "a bracket or brace is not closed, or a comma is missing",
    "found unknown escape character": "use single quotes around a text with backslashes",
    "found character that cannot start any token": "put the value in quotes",
    "found unexpected end of stream": "a quote is not closed",
    "found undefined alias": "a text that begins with '*' must be in quotes",
    "did not find expected alphabetic": "a text that begins with '*' or '&' must be in quotes",
}


def read_yaml(text: str, path: Path) -> tuple[Any, Marks]:
    """Data of the one document in `text`, with marks. Raises ScenarioErrors."""
    if odd := UNPRINTABLE.search(text):
        raise place(text, odd.start(), path).refusal(f"the character U+{ord(odd[0]):04X} is not allowed in YAML")
    try:
        root = Composer(path).compose(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        mark, message = spell_out(error, text, path)
        raise mark.refusal(message) from None
    marks = Marks(path)
    problems: list[Problem] = []
    data = plain(root, (), marks, problems)
    if problems:
        raise ScenarioErrors(problems)
    return data, marks


def place(text: str, offset: int, path: Path) -> Mark:
    before = text[:offset]
    return Mark(path=path, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def spell_out(error: yaml.MarkedYAMLError, text: str, path: Path) -> tuple[Mark, str]:
    at = error.problem_mark or error.context_mark
    mark = Mark(path=path, line=at.line + 1, column=at.column + 1) if at else Mark(path=path)
    lines = text.splitlines()
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation:
        column = indentation.index("\t") + 1
        return Mark(path=path, line=mark.line, column=column), "a tab in the indentation: YAML wants spaces"
    problem = str(error.problem or error.context or "it cannot be read")
    if "${" in line and "did not find expected ','" in problem:
        return mark, "not valid YAML: between braces or brackets, ${...} must be in quotes"
    hint = next((f"; {hint}" for start, hint in HINTS.items() if start in problem), "")
    return mark, f"not valid YAML: {problem}{hint}"


def plain(node: Node, where: Where, marks: Marks, problems: list[Problem]) -> Any:
    """The node as dict, list or scalar; fills in `marks`, collects what is wrong."""
    marks.values[where] = node.mark
    match node.kind:
        case "mapping":
            return plain_mapping(node, where, marks, problems)
        case "list":
            return [plain(item, (*where, index), marks, problems) for index, item in enumerate(node.value)]
    try:
        value = scalar(node.value, node.tag, plain=node.plain)
    except NotPlain as error:
        problems.append(node.mark.problem(str(error)))
        return None
    if not isinstance(value, str):
        marks.raw[where] = node.value
    return value


def plain_mapping(node: Node, where: Where, marks: Marks, problems: list[Problem]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in node.value:
        name = key_name(key, problems)
        if name is None:
            continue
        if name in data:
            first = marks.keys[(*where, name)]
            problems.append(key.mark.problem(f"{show(name)} is given twice, first on line {first.line}"))
            continue
        marks.keys[(*where, name)] = key.mark
        data[name] = plain(value, (*where, name), marks, problems)
    return data


def key_name(key: Node, problems: list[Problem]) -> str | None:
    if key.kind != "scalar":
        problems.append(key.mark.problem(f"a {key.kind} cannot be a key; a text with braces must be in quotes"))
        return None
    if key.plain and key.value == "<<":
        problems.append(key.mark.problem("merge keys (<<) are not supported; repeat the keys, or use parameters"))
        return None
    try:
        value = scalar(key.value, key.tag, plain=key.plain)
    except NotPlain as error:
        problems.append(key.mark.problem(str(error)))
        return None
    if isinstance(value, str):
        return value
    problems.append(key.mark.problem(f"the key {key.value or 'without a name'!s} is read as {show(value)}: quote it"))
    return None
