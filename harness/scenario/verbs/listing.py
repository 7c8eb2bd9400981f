"""All verbs as a table, for who looks for the fault that fits: made from the types, so that it is never out of date."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.scenario.base import dashed
from harness.scenario.duration import show_duration
from harness.scenario.lint.providers import LACKING, reasons
from harness.scenario.verbs.groups import Do, Inject, verbs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.scenario.verbs.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`group` is `inject` or `do`; `parameters` have their defaults, a star where one must be given; `refused` says on
    which providers it cannot be done, and why."""

    name: str
    group: str
    scope: str
    needs: tuple[str, ...]
    parameters: tuple[str, ...]
    text: str
    refused: Mapping[str, str]


def entries() -> Iterator[Entry]:
    """In the order in which the groups list them."""
    groups = {dashed(key): "inject" for key in Inject.model_fields} | {dashed(key): "do" for key in Do.model_fields}
    for name, verb in verbs().items():
        yield Entry(
            name=name,
            group=groups[name],
            scope=str(verb.scope),
            needs=tuple(sorted(map(str, verb.needs))),
            parameters=tuple(parameters(verb)),
            text=" ".join((inspect.getdoc(verb) or "").split()),
            refused={name: "; ".join(why) for name, of in LACKING.items() if (why := reasons(verb.needs, of))},
        )


def parameters(verb: type[Verb]) -> Iterator[str]:
    for name, field in verb.model_fields.items():
        default = field.default
        if field.is_required():
            yield f"{dashed(name)}*"
        elif default is None or default == {}:
            yield dashed(name)
        else:
            shown = show_duration(default) if isinstance(default, float) else str(default)
            yield f"{dashed(name)}={shown.lower() if isinstance(default, bool) else shown}"


def markdown() -> str:
    """The page docs/faults.md."""
    rows = [
        f"| `{each.name}` | {each.group} | {each.scope} | {', '.join(each.refused)} "
        f"| {', '.join(f'`{one}`' for one in each.parameters)} "
        f"| {each.text.replace('|', chr(92) + '|')} |"
        for each in entries()
    ]
    return "\n".join((HEAD, *rows, ""))


HEAD = """\
# Faults and actions

What a step of `method` can do, made by `shakedown faults --markdown`. Each lands with a proof that is read from the
history, or the cell is inconclusive; each that leaves something behind is healed, and the heal is read back.
`scenarios/faults/` has examples. Reach `namespace` runs beside other cells, everything else alone in its cluster.
A star: must be given. Why a verb cannot be had on a provider is said by `shakedown faults VERB`, and by lint.

| verb | as | reach | not on | parameters | what it does |
|---|---|---|---|---|---|"""
