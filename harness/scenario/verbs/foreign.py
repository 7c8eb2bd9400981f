"""Actions of other people's Chaos Toolkit extensions: what the world has written already need not be written again."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from pydantic import Field, StrictInt, field_validator, model_validator

from harness.scenario.conditions import Condition, Name, NodeSelector
from harness.scenario.duration import Duration, show_duration
from harness.scenario.verbs.verb import Scope, Verb

Word = Literal["namespace", "workflow", "pod", "host"]
WORDS: Final[tuple[str, ...]] = get_args(Word)
OF_A_POD: Final = frozenset({"pod", "host"})
LONGEST: Final = 100.0
"""Seconds for all attempts together: a step gives a call that does not come back up after 120."""
_WORD: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class ChaosToolkit(Verb):
    """Calls an action of any installed Chaos Toolkit extension, in a process of its own that knows no cluster but this
    one. Landed when `proof`, which must not have held before, holds after the call. Nothing undoes it, and since only
    its author knows how far it reaches, it runs alone."""

    scope: ClassVar[Scope] = Scope.CLUSTER
    action: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")]
    """`module:function`, such as `chaosk8s.pod.actions:terminate_pods`."""
    arguments: dict[Name, Any] = Field(default={})
    """As an experiment gives them. In their texts `{{namespace}}`, `{{workflow}}`, `{{pod}}` and `{{host}}` stand for
    those of the step's target."""
    proof: Condition
    """What must come to hold by the call, as in `when`."""
    target: NodeSelector | None = None
    """Whose pod and host the arguments mean, where `when` names none or another one."""
    attempts: Annotated[StrictInt, Field(ge=1, le=10)] = 3
    """How often it is called until it does not fail."""
    pause: Duration = 1.0
    """Between two attempts."""
    timeout: Duration = 30.0
    """For each attempt; one that takes longer is ended and has failed."""

    @field_validator("arguments")
    @classmethod
    def knows_its_words(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(words(arguments)) - set(WORDS))
        if unknown:
            known = ", ".join(f"{{{{{word}}}}}" for word in WORDS)
            raise ValueError(f"{{{{{unknown[0]}}}}} stands for nothing here; there are {known}")
        return arguments

    @field_validator("proof")
    @classmethod
    def is_seen(cls, proof: Condition) -> Condition:
        if (odd := next(unseen(proof), None)) is not None:
            raise ValueError(f"{odd} proves nothing: say it with node, pod, taskResult, workflow, all and any")
        return proof

    @model_validator(mode="after")
    def comes_back(self) -> "ChaosToolkit":
        longest = self.attempts * self.timeout + (self.attempts - 1) * self.pause
        if self.timeout <= 0 or longest > LONGEST:
            raise ValueError(
                f"its attempts may take {show_duration(longest)}: they must get some time, and {LONGEST:g}s at most"
            )
        return self

    @property
    def module(self) -> str:
        return self.action.partition(":")[0]

    @property
    def function(self) -> str:
        return self.action.partition(":")[2]

    @property
    def wants_pod(self) -> bool:
        return any(word in OF_A_POD for word in words(self.arguments))

    @property
    def wants_host(self) -> bool:
        return "host" in words(self.arguments)


def unseen(condition: Condition) -> Iterator[str]:
    """What of a moment is not seen of the workflow itself."""
    given = {"host": condition.host, "landed": condition.landed, "after": condition.after, "nth": condition.nth}
    yield from (name for name, value in given.items() if value is not None)
    if condition.workflow is not None and condition.workflow.stuck is not None:
        yield "stuck"
    for part in (*(condition.all or ()), *(condition.any or ())):
        yield from unseen(part)


def words(value: Any) -> Iterator[str]:
    """Every `{{word}}` in the texts of an argument."""
    match value:
        case str():
            yield from _WORD.findall(value)
        case dict():
            for item in value.values():
                yield from words(item)
        case list() | tuple():
            for item in value:
                yield from words(item)


def filled_in(value: Any, known: dict[str, str]) -> Any:
    """The argument with every `{{word}}` replaced by what it stands for."""
    match value:
        case str():
            return _WORD.sub(lambda found: known[found[1]], value)
        case dict():
            return {key: filled_in(item, known) for key, item in value.items()}
        case list() | tuple():
            return [filled_in(item, known) for item in value]
        case _:
            return value
