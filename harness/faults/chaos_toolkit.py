"""Calls an action of somebody else's Chaos Toolkit extension against this cluster, a bounded number of times.

A user meets it as whatever that action does. What it leaves behind is its author's affair: there is no heal.
"""

import json
import time
from typing import Any

import tenacity

from harness.cluster import foreign
from harness.faults.context import Context, Refused
from harness.scenario.verbs import ChaosToolkit
from harness.scenario.verbs.foreign import filled_in


def inject(context: Context, action: ChaosToolkit) -> str:
    target = context.target
    known = {"namespace": context.namespace, "workflow": context.workflow, "pod": target.pod, "host": target.host}
    arguments = filled_in(action.arguments, known)
    bounded = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(action.attempts),
        wait=tenacity.wait_fixed(action.pause),
        retry=tenacity.retry_if_exception_type(foreign.CallFailed),
        reraise=True,
    )
    try:
        answer: str = bounded(_call, context, action, arguments)
    except foreign.CallFailed as error:
        raise Refused(f"{action.action} failed {action.attempts} times, the last time: {error}") from error
    return f"{action.action} returned {answer}"


def _call(context: Context, action: ChaosToolkit, arguments: dict[str, Any]) -> str:
    """Each attempt goes into the history, also one that failed."""
    argv = ("chaos-toolkit", action.action, json.dumps(arguments, sort_keys=True))
    began = time.monotonic()
    try:
        answer = foreign.call(action.module, action.function, arguments, context.cluster.kubeconfig, action.timeout)
    except foreign.CallFailed as error:
        context.journal.command(argv, 1, str(error), time.monotonic() - began)
        raise
    context.journal.command(argv, 0, answer, time.monotonic() - began)
    return answer
