"""What a rule may know besides the file: things that live in higher layers are handed in, not imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel

from harness.scenario.load import Loaded
from harness.scenario.problems import Problem

if TYPE_CHECKING:
    from harness.scenario.marks import Where
    from harness.scenario.verbs import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`lacking` names each capability that the provider does not have, with the reason. Where `releases`,
    `invariants` or `sets` is empty, nothing is known about them and the rules that need them say nothing."""

    releases: tuple[str, ...] = ()
    invariants: frozenset[str] = frozenset()
    provider: str = "local"
    lacking: Mapping[Capability, str] = field(default_factory=dict)
    cluster_faults: bool = True
    """Whether a step may reach beyond its namespace."""
    settings: Mapping[str, str] | None = None
    """Environment of the controller where it is used as it is; None where the harness sets it."""
    images: tuple[str, ...] = ()
    """All that there are where nothing can be pulled; empty where anything can."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Those of `releases` that cannot be had, with the reason."""
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Named sets of settings, each with the keys of the controller's config map that it sets."""


Rule = Callable[[Loaded, Context], Iterator[Problem]]


def models(model: BaseModel, where: Where = ()) -> Iterator[tuple[Where, BaseModel]]:
    """The model and all that it holds, as far as the file gives it, each with its path in the file."""
    yield where, model
    for name, spec in type(model).model_fields.items():
        if name in model.model_fields_set:
            yield from below(getattr(model, name), (*where, spec.alias or name))


def below(value: object, where: Where) -> Iterator[tuple[Where, BaseModel]]:
    match value:
        case BaseModel():
            yield from models(value, where)
        case tuple():
            for index, item in enumerate(value):
                yield from below(item, (*where, index))
