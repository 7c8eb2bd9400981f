"""From a file to a Scenario, or to a list of everything that is wrong with it, each with its line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from harness.model.errors import UsageError
from harness.scenario.discover import discover
from harness.scenario.messages import translate, written
from harness.scenario.parameters import DEFINITIONS, Case, cases, fill_in
from harness.scenario.problems import Problem, ScenarioErrors, show
from harness.scenario.reading import read_yaml
from harness.scenario.source import Source, read_source
from harness.scenario.types import Scenario
from harness.scenario.workflows import take_in, workflow_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.marks import Marks, Where

VERBS: Final = ("inject", "do")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loaded:
    """A scenario with the file it came from. `source_sha256` covers the workflow file, too, where there is one."""

    scenario: Scenario
    path: Path
    marks: Marks
    source_sha256: str
    text: str

    def problem(self, where: Where, message: str, *, key: bool = False) -> Problem:
        mark = self.marks.key(where) if key else self.marks.value(where)
        return mark.problem(message)


def load(path: Path | str) -> Loaded:
    """The one scenario of a file. Raises ScenarioErrors, and UsageError where the file has variants."""
    loaded = load_all(path)
    if len(loaded) > 1:
        raise UsageError(f"{path} has {len(loaded)} variants where one scenario is wanted")
    return loaded[0]


def load_all(path: Path | str) -> tuple[Loaded, ...]:
    """Every case of a file: one, or one per variant. Raises ScenarioErrors with all problems."""
    source = read_source(Path(path))
    data, marks = read_yaml(source.text, source.path)
    data = mapping(data, source.path)
    found: list[Loaded] = []
    problems = dict.fromkeys(without_value(data, (), marks))
    try:
        for case in cases(data, marks):
            try:
                found.append(build(data, marks.copy(), case, source))
            except ScenarioErrors as error:
                problems.update(dict.fromkeys(error.problems))
    except ScenarioErrors as error:
        problems.update(dict.fromkeys(error.problems))
    if problems:
        raise ScenarioErrors(problems)
    return tuple(found)


def mapping(data: Any, path: Path) -> dict[str, Any]:
    if data is None:
        wrong = "the file is empty"
    elif not isinstance(data, dict):
        wrong = f"a scenario is a mapping with name, workflow and expect, not {show(data)}"
    elif "apiVersion" in data and "kind" in data:
        wrong = f"this is a {str(data['kind'])[:40]}, not a scenario; for a first scenario: shakedown new {path}"
    else:
        return data
    raise ScenarioErrors([Problem(path=path, message=wrong)])


def build(data: dict[str, Any], marks: Marks, case: Case, source: Source) -> Loaded:
    rest = {key: value for key, value in data.items() if key not in DEFINITIONS and value is not None}
    if isinstance(rest.get("workflow"), str):
        rest["workflow"] = fill_in(rest["workflow"], case.values, marks)
    workflow = take_in(rest, marks, source.path)
    rest = fill_in(rest, case.values, marks)
    return Loaded(
        scenario=checked(rest, marks, case),
        path=source.path,
        marks=marks,
        source_sha256=hashlib.sha256(source.raw + workflow).hexdigest(),
        text=source.text,
    )


def checked(data: dict[str, Any], marks: Marks, case: Case) -> Scenario:
    problems: list[Problem] = []
    if case.variant and isinstance(data.get("name"), str):
        data["name"] = f"{data['name']}@{case.variant}"
    data["parameters"] = dict(case.values)
    if "workflow" in data:
        problems += workflow_problems(data["workflow"], marks)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioErrors([*problems, *translate(error, data, marks, model=Scenario)]) from None
    if problems:
        raise ScenarioErrors(problems)
    return scenario


def without_value(data: Any, where: Where, marks: Marks) -> Iterator[Problem]:
    """`retry:` with nothing after it is a verb without settings; anywhere else it is something forgotten."""
    match data:
        case dict():
            items: list[tuple[str | int, Any]] = list(data.items())
        case list():
            items = list(enumerate(data))
        case _:
            return
    for key, value in items:
        if value is None and len(where) == 3 and where[0] == "method" and where[2] in VERBS:
            data[key] = {}
        elif value is None:
            yield marks.key((*where, key)).problem(f"{show(key)} has no value{written((*where, key), Scenario)}")
        elif (*where, key) != ("workflow",):
            yield from without_value(value, (*where, key), marks)


__all__ = ["Loaded", "ScenarioErrors", "discover", "load", "load_all"]
