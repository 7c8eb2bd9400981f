"""What is wrong with a scenario although every word of it is right; found without a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.scenario.lint import (
    bodies,
    containers,
    draws,
    foreign,
    images,
    installing,
    limits,
    names,
    outcomes,
    ranges,
    requests,
    selectors,
    steps,
    timing,
    values,
)
from harness.scenario.lint.context import Context, Rule
from harness.scenario.load import Loaded, load_all
from harness.scenario.problems import Problem, ScenarioErrors, Severity, show

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MODULES: Final = (
    *(names, bodies, values, selectors, containers, images, limits, installing, steps),
    *(draws, foreign, requests, ranges, outcomes, timing),
)
RULES: Final[tuple[Rule, ...]] = tuple(rule for module in MODULES for rule in module.RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What could be loaded, and everything that is wrong."""

    loaded: tuple[Loaded, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def check(paths: Iterable[Path], context: Context) -> Findings:
    """Loads and lints every file."""
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            loaded += load_all(path)
        except ScenarioErrors as error:
            problems += error.problems
    problems += [problem for one in loaded for rule in RULES for problem in rule(one, context)]
    problems += duplicates(loaded)
    unique = dict.fromkeys(sorted(problems, key=lambda problem: problem.place))
    return Findings(loaded=tuple(loaded), problems=tuple(unique))


def accept(paths: Iterable[Path], context: Context) -> tuple[Loaded, ...]:
    """Every scenario of the files, for a run. Raises ScenarioErrors where one of them is wrong."""
    findings = check(paths, context)
    if findings.errors:
        raise ScenarioErrors(findings.errors)
    return findings.loaded


def duplicates(loaded: Iterable[Loaded]) -> Iterable[Problem]:
    first: dict[str, Loaded] = {}
    for one in loaded:
        name = one.scenario.name
        if name in first:
            yield one.problem(("name",), f"the name {show(name)} is taken by {first[name].path}")
        first.setdefault(name, one)


__all__ = ["Context", "Findings", "accept", "check"]
