"""A first scenario from an existing workflow, so that nobody begins with an empty file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from harness.model.errors import UsageError
from harness.scenario.duration import show_duration
from harness.scenario.lint import RULES, Context
from harness.scenario.lint.facts import TemplateFacts, facts, mapping
from harness.scenario.lint.timing import shortest
from harness.scenario.load import Loaded, checked
from harness.scenario.messages import names
from harness.scenario.parameters import Case
from harness.scenario.problems import Problem, ScenarioErrors, Severity
from harness.scenario.reading import read_yaml
from harness.scenario.schema import NAME
from harness.scenario.source import Source, read_source
from harness.scenario.types import LONGEST_NAME
from harness.scenario.verbs import Do, Inject
from harness.scenario.workflows import ROOT, workflow_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.marks import Marks

KEBAB: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ANYWHERE: Final = Context()
SHORT: Final = 30
"""Characters of a template's name in the name of a step."""
USUAL: Final = 120.0
"""Seconds that a first scenario gives its workflow."""
TEXT: Final = """\
# yaml-language-server: $schema={schema}
name: {name}
title: {plain} succeeds
workflow:
{workflow}
# What happens to it, and when: a step fires on the watch event that makes its `when` true.{remark}
# templates: {templates}
# faults (inject): {faults}
# actions (do): {actions}
# method:
#   - name: {template}-loses-its-pod
#     when: {{node: {{{selector}, phase: Running}}}}
#     inject: {{delete-pod: {{force: true}}}}
# waive:
#   - argo: ">=3.7.1"
#     invariant: terminal-nodes-stay
#     reason: from 3.7.1 on (#14536) a node that is Error counts as open until its task result is synced
expect:
  within: {within}
  workflow: {{phase: Succeeded}}
"""

NOT_AGAIN: Final = """
# No template here is tried again when its pod is lost (retryStrategy: {limit: 2, retryPolicy: Always} would), so with
# the step below the workflow does not succeed: say under `expect` how it ends then."""
LOSSES: Final = ("Always", "OnError")
"""What a lost pod is tried again by: its node is an Error, and no failure."""


def draft(path: Path, name: str | None = None, *, schema: str = NAME, context: Context = ANYWHERE) -> str:
    """The text of a scenario around the Workflow in that file; `schema` is where an editor finds it from there.

    Raises ScenarioErrors for what lint would say of it, and UsageError for a name that no scenario can have.
    """
    name = kebab(path.stem) if name is None else fitting(name)
    source = read_source(path)
    data, marks = read_yaml(source.text, path)
    if not isinstance(data, dict) or "kind" not in data:
        raise ScenarioErrors([Problem(path=path, message="this is no Kubernetes object: kind: Workflow is wanted")])
    if problems := list(workflow_problems(data, below(marks))):
        raise ScenarioErrors(problems)
    text = filled(data, source, name, schema)
    if problems := list(refused(data, source, marks, name, context)):
        raise ScenarioErrors(problems)
    return text


def fitting(name: str) -> str:
    if len(name) <= LONGEST_NAME and KEBAB.fullmatch(name):
        return name
    wanted = f"lower-case letters and digits, joined by single dashes, {LONGEST_NAME} characters at most"
    raise UsageError(f"no scenario can be called {name!r}: {wanted}", cure=f"for example --name {kebab(name)}")


def refused(data: dict[str, Any], source: Source, marks: Marks, name: str, context: Context) -> Iterator[Problem]:
    """What lint would say of the workflow, with its place in the file that the user has."""
    expect = {"workflow": {"phase": "Succeeded"}, "within": show_duration(within(data))}
    whole = {"name": name, "title": name, "workflow": data, "expect": expect}
    try:
        scenario = checked(whole, marks, Case(variant="", values={}))
    except ScenarioErrors as error:
        yield from error.problems
        return
    loaded = Loaded(scenario=scenario, path=Path(f"{name}.yaml"), marks=marks, source_sha256="", text=source.text)
    found = (problem for rule in RULES for problem in rule(loaded, context))
    yield from (problem for problem in found if problem.severity is Severity.ERROR)


def within(workflow: dict[str, Any]) -> float:
    """Seconds: twice what the workflow takes for certain, and never little."""
    return max(USUAL, 2 * shortest(workflow))


def below(marks: Marks) -> Marks:
    """The same marks, where the workflow is looked for in a scenario."""
    for table in (marks.keys, marks.values):
        table.update({(*ROOT, *where): mark for where, mark in list(table.items())})
    return marks


def filled(workflow: dict[str, Any], source: Source, name: str, schema: str) -> str:
    templates = facts(workflow).templates
    with_pod = [one for one in templates.values() if one.has_pod]
    if not with_pod:
        raise ScenarioErrors([Problem(path=source.path, message="no template of this workflow has a pod to disturb")])
    enduring = [one for one in with_pod if endures(one)]
    hit = (enduring or with_pod)[0]
    return TEXT.format(
        name=written(name),
        plain=name,
        schema=schema,
        within=show_duration(within(workflow)),
        workflow=indented(source.text),
        templates=", ".join(f"{one.name} ({one.kind})" for one in templates.values()),
        faults=", ".join(names(Inject)),
        actions=", ".join(names(Do)),
        template=kebab(hit.name)[:SHORT].rstrip("-"),
        selector=selector(hit),
        remark="" if enduring else NOT_AGAIN,
    )


def endures(template: TemplateFacts) -> bool:
    """Whether there is another attempt when a pod is lost. An expression without a policy decides about errors, too."""
    strategy = mapping(template.raw.get("retryStrategy"))
    policy = strategy.get("retryPolicy") or (LOSSES[0] if strategy.get("expression") else "")
    return policy in LOSSES and template.limit != 0


def written(name: str) -> str:
    """In quotes where YAML takes it for something else than a text, as 123 or null."""
    return name if isinstance(yaml.safe_load(name), str) else f'"{name}"'


def selector(template: TemplateFacts) -> str:
    return f"template: {written(template.name)}{', retry: 0' if template.retries else ''}"


def indented(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() not in ("---", "...")]
    return "\n".join(f"  {line}".rstrip() for line in lines)


def kebab(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:LONGEST_NAME].strip("-") or "scenario"
