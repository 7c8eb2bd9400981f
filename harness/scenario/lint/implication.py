"""Whether whoever meets one outcome meets another as well: a symptom that a healthy run shows tells nothing.

Line by line, and only where it is certain: a line follows from one about the same things that demands as much or more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from harness.scenario.conditions import NodeSelector
from harness.scenario.expectation import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

ABOUT: Final = frozenset({*NodeSelector.model_fields, "name", "from_", "to"})
"""What a line is about; the rest is what it demands."""
GLOBS: Final = frozenset({"message", "reason"})


def implied(weaker: Outcome, stronger: Outcome) -> bool:
    """Whether every line of the one follows from some line of the other."""
    return all(
        any(follows(line, other) for other in lines(stronger, name))
        for name in Outcome.model_fields
        for line in lines(weaker, name)
    )


def lines(outcome: Outcome, name: str) -> tuple[BaseModel | str, ...]:
    value = getattr(outcome, name)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def follows(line: BaseModel | str, other: BaseModel | str) -> bool:
    if isinstance(line, str) or isinstance(other, str):
        return line == other
    wanted, given = demands(line), demands(other)
    # That there is such a thing at all is demanded by every line but one that counts.
    if about(line) != about(other) or ("count" not in wanted and given.get("count") == 0):
        return False
    return all(key in given and covers(key, value, given[key]) for key, value in wanted.items())


def about(line: BaseModel) -> dict[str, object]:
    return {key: value for key, value in line if key in ABOUT and value is not None}


def demands(line: BaseModel) -> Mapping[str, object]:
    return {key: value for key, value in line if key not in ABOUT and value is not None}


def covers(key: str, wider: object, narrower: object) -> bool:
    """Whether every value that fits the one fits the other."""
    match wider, narrower:
        case str(), str() if key in GLOBS:
            # A `*` of the narrower one can only be taken in by a `*` of the wider one.
            pattern = ".*".join(re.escape(part) for part in " ".join(wider.split()).split("*"))
            return re.fullmatch(pattern, " ".join(narrower.split()), re.DOTALL) is not None
        case float(), float() if key == "at_least":
            return wider <= narrower
        case float(), float() if key == "at_most":
            return wider >= narrower
        case True, _ if key == "stuck":
            return bool(narrower)
        case _:
            return wider == narrower
