"""An action of somebody else must be installed, take what it is given, and have a pod where it speaks of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario.lint.steps import names_one, verb
from harness.scenario.verbs import ChaosToolkit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.problems import Problem


def callable_(loaded: Loaded, _: Context) -> Iterator[Problem]:
    for index, step in enumerate(loaded.scenario.method):
        if isinstance(step.action, ChaosToolkit) and (why := refused(step.action)):
            yield verb(loaded, index, step, why)


def aimed(loaded: Loaded, _: Context) -> Iterator[Problem]:
    for index, step in enumerate(loaded.scenario.method):
        action = step.action
        if isinstance(action, ChaosToolkit) and action.wants_pod and not action.target and not names_one(step.when):
            text = "nothing says whose {{pod}} or {{host}} is meant: give it a target, or name a node or pod in when"
            yield verb(loaded, index, step, text)


def refused(action: ChaosToolkit) -> str | None:
    """Why Chaos Toolkit itself would not take it; what an extension does when it is imported can be anything."""
    from chaoslib.exceptions import InvalidActivity
    from chaoslib.provider.python import validate_python_activity

    provider = {"type": "python", "module": action.module, "func": action.function, "arguments": action.arguments}
    try:
        validate_python_activity({"type": "action", "name": action.action, "provider": provider})
    except InvalidActivity as error:
        return str(error)
    except Exception as error:
        return f"{action.module} cannot be used: {type(error).__name__}: {error}"
    return None


RULES = (callable_, aimed)
