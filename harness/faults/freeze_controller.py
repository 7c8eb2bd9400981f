"""Stops the controller's process with SIGSTOP, until SIGCONT: the kernel gives it no time, and nothing tells anybody.

A user meets it as a controller on a machine that swaps or is starved, or whose virtual machine was paused: its lease
runs out, another one may take over, and when it wakes up it goes on where it was.
"""

from collections.abc import Iterable
from typing import Final

from harness.cluster.container import ContainerProcess
from harness.faults import controllers
from harness.faults.context import Context, Missed, Refused
from harness.model.errors import HarnessError
from harness.scenario.verbs import FreezeController

SUBJECT: Final = "processes of the controller"
STOPPED: Final = "stopped"
RUNNING: Final = "running"


def inject(context: Context, action: FreezeController) -> str:
    target = context.target
    container = context.cluster.container(target.container_id)
    try:
        before = shown(container.processes())
        stopped = container.stop()
    except HarnessError as error:
        raise Missed(f"controller {target.pod}: {error}") from error
    context.journal.read_back(SUBJECT, before=before, after=shown(stopped))
    pids = ", ".join(str(each.pid) for each in stopped)
    return f"SIGSTOP to pid {pids} of controller {target.pod}"


def heal(context: Context, action: FreezeController) -> str:
    try:
        after = shown(context.cluster.container(context.target.container_id).resume())
    except HarnessError:
        after = "gone"
    if after == STOPPED:
        raise Refused(f"controller {context.target.pod} is still stopped after SIGCONT")
    controllers.of(context).settle()
    return f"the process of {context.target.pod} is {after}, and a controller serves"


def shown(processes: Iterable[ContainerProcess]) -> str:
    """Stopped is only what is stopped as a whole."""
    states = [each.state for each in processes]
    if not states:
        return "gone"
    return STOPPED if all(state == "T" for state in states) else RUNNING
