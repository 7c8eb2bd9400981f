"""Cordons a cluster node: nothing new is scheduled there, and what runs goes on.

A user meets it as the first half of every drain, and as the retried step that stays Pending.
"""

from collections.abc import Mapping

from harness.faults import drain
from harness.faults.context import Context
from harness.scenario.verbs import Cordon


def remember(context: Context, action: Cordon) -> Mapping[str, str]:
    return drain.schedulable_before(context)


def inject(context: Context, action: Cordon) -> str:
    host = context.host()
    drain.cordon(context, host, unschedulable=True)
    return f"node {host} cordoned"


def heal(context: Context, action: Cordon) -> str:
    return drain.uncordon(context)
