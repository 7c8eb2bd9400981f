"""A harness in a process of its own that stops at a known point of a fault, so that somebody can kill it there.

Everything up to that point is what every action does: aim, undo to the disk, call. `python -m tests.real.dying JSON`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.chaos.activity import carry_out
from harness.chaos.deeds import Deed, of_verb
from harness.faults.registry import FAULTS
from harness.scenario.verbs import verbs

if TYPE_CHECKING:
    from harness.chaos.chronicle import Moment
    from harness.faults.context import Context

ROOT: Final = Path(__file__).parents[2]
ABOUT_TO, ACCEPTED = "about-to", "accepted"


class When(StrEnum):
    """When the harness is killed."""

    BEFORE = "before"
    """The undo is on the disk, and nothing was called yet."""
    INSIDE = "inside"
    """Some way into the call."""
    AFTER = "after"
    """The call was accepted, and nobody has looked for a proof yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fatal:
    """What the harness that will die is to do. `configuration` is that of an experiment."""

    verb: str
    parameters: dict[str, Any]
    configuration: dict[str, Any]
    named: dict[str, str] = field(default_factory=dict)


def healed() -> list[str]:
    """Every verb that leaves something to undo, so that a new one is killed in, too."""
    return [name for name, verb in verbs().items() if FAULTS[verb].heal is not None]


def kill(fatal: Fatal, when: When, delay: float = 0.0) -> None:
    """Returns when the harness is dead, by SIGKILL. `delay` are the seconds from the beginning of the call, INSIDE."""
    argv = (sys.executable, "-m", "tests.real.dying", json.dumps(asdict(fatal) | {"when": when}))
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as harness:
        try:
            _await(harness, ABOUT_TO)
            if when is When.AFTER:
                _await(harness, ACCEPTED)
            time.sleep(delay if when is When.INSIDE else 0.0)  # the moment is the test
        finally:
            harness.kill()
    assert harness.returncode == -signal.SIGKILL


def _await(harness: subprocess.Popen[str], word: str) -> None:
    assert harness.stdout is not None
    if harness.stdout.readline().strip() != word:
        harness.kill()
        _, complaint = harness.communicate()
        raise AssertionError(f"the harness did not come to {word}: {complaint[-2000:]}")


def main(told: dict[str, Any]) -> None:
    when = When(told.pop("when"))
    fatal = Fatal(**told)

    def deed(moment: Moment | None) -> Deed:
        made = of_verb(fatal.verb, moment, **fatal.parameters)
        return replace(made, inject=lambda context: _dying(made, context, when))

    carry_out(deed, fatal.configuration, **fatal.named)


def _dying(deed: Deed, context: Context, when: When) -> str:
    print(ABOUT_TO, flush=True)
    if when is When.BEFORE:
        signal.pause()
    done = deed.inject(context)
    print(ACCEPTED, flush=True)
    signal.pause()
    return done


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
