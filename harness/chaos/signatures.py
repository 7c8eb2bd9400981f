"""From a verb to the signature of its action: what a scenario writes below the verb are the action's arguments.

Chaos Toolkit reads signatures to check an experiment before it runs, so they must be real ones.
"""

import types
from collections.abc import Iterator
from inspect import Parameter, Signature
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from harness.scenario.duration import show_duration
from harness.scenario.verbs import ChaosToolkit, EntryVerb, PodVerb, PowerOn, ResultVerb, Verb, WorkflowVerb

Configuration = dict[str, Any] | None
Secrets = dict[str, Any] | None


def signature(verb: type[Verb]) -> Signature:
    """What the verb aims at, its own parameters, and what every action of Chaos Toolkit may ask for."""
    own = [parameter(name, field) for name, field in own_fields(verb).items()]
    usual = [
        Parameter("configuration", Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Configuration),
        Parameter("secrets", Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Secrets),
    ]
    listed = [*aims(verb), *own, *namespace(verb), *usual]
    # what must be given stands first, as Python wants it
    return Signature(
        sorted(listed, key=lambda each: each.default is not Parameter.empty), return_annotation=dict[str, Any]
    )


def own_fields(verb: type[Verb]) -> dict[str, FieldInfo]:
    return {name: field for name, field in verb.model_fields.items() if name != "target"}


def aims(verb: type[Verb]) -> Iterator[Parameter]:
    """The words by which an experiment says what is hit."""
    if issubclass(verb, PowerOn):
        yield word("node")
        return
    if issubclass(verb, PodVerb | ResultVerb | EntryVerb | WorkflowVerb | ChaosToolkit):
        yield word("workflow", needed=True)
    if issubclass(verb, PodVerb):
        yield word("pod")
    if issubclass(verb, PodVerb | EntryVerb):
        yield word("template")
    if issubclass(verb, ResultVerb):
        yield word("task_result")


def namespace(verb: type[Verb]) -> Iterator[Parameter]:
    if not issubclass(verb, PowerOn):
        yield word("namespace", default="default")


def word(name: str, default: str = "", *, needed: bool = False) -> Parameter:
    given = Parameter.empty if needed else default
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=given, annotation=str)


def parameter(name: str, field: FieldInfo) -> Parameter:
    """An optional one that is not given is the empty string, since an experiment is a plain file."""
    default = Parameter.empty if field.is_required() else written(field.default)
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=plain(field.annotation))


def written(default: Any) -> Any:
    """As an experiment would write it."""
    match default:
        case None:
            return ""
        case float():
            return show_duration(default)
        case _:
            return default


def plain(annotation: Any) -> type:
    """The type as Chaos Toolkit's discovery knows it; durations and choices are words."""
    if get_origin(annotation) is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return dict
    for kind in (bool, int):
        if annotation is kind or (isinstance(annotation, types.UnionType) and kind in get_args(annotation)):
            return kind
    return str
