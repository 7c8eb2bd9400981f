"""YAML text to plain data and marks, or to a message that says what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from harness.scenario.composer import LOADER, Composer, Node
from harness.scenario.marks import Mark, Marks, Where
from harness.scenario.problems import Problem, ScenarioErrors, show
from harness.scenario.scalars import NotPlain, scalar
from harness.scenario.unreadable import spell_out

if TYPE_CHECKING:
    from pathlib import Path

UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


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
        if glued(key, value):
            problems.append(key.mark.problem(f"{show(name)} is one word without a value: a blank is missing after ':'"))
        marks.keys[(*where, name)] = key.mark
        data[name] = plain(value, (*where, name), marks, problems)
    return data


def glued(key: Node, value: Node) -> bool:
    """Within braces `{limit:2}` is a key that is called so."""
    empty = value.kind == "scalar" and value.plain and not value.value
    return empty and key.plain and ":" in str(key.value)


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
