"""Stops a program of the cluster itself, and makes sure by the kernel's word that it is stopped, or runs again."""

import signal
import time
from typing import Final, Literal

from harness.cluster.protocol import ComponentProcess
from harness.faults import readiness
from harness.faults.context import Context, Missed, Refused

STOPPED: Final = "stopped"
RUNNING: Final = "running"
GONE: Final = "gone"
_WITHIN: Final = 20.0
_LOOK: Final = 0.005
"""Seconds between looks: the kernel tells nobody outside that a process has stopped."""


def stop(context: Context, name: str, node: str | None, how: Literal["freeze", "kill"]) -> str:
    """What was read before and after goes into the history under `subject`."""
    cluster = context.cluster
    done = f"{'SIGSTOP' if how == 'freeze' else 'SIGKILL'} to {subject(name, node)}"
    before = shown(cluster.component(name, node))
    if before != RUNNING:
        raise Missed(f"{subject(name, node)} was {before} before the call")
    cluster.signal_component(name, signal.SIGSTOP if how == "freeze" else signal.SIGKILL, node)
    context.journal.accepted(done)
    after = await_state(context, name, node, STOPPED if how == "freeze" else GONE)
    context.journal.read_back(subject(name, node), before=before, after=after)
    return done


def resume(context: Context, name: str, node: str | None) -> str:
    """Whatever state it is in, it runs afterwards."""
    cluster = context.cluster
    match shown(cluster.component(name, node)):
        case "stopped":
            cluster.signal_component(name, signal.SIGCONT, node)
        case "gone":
            cluster.start_component(name, node)
    seen = await_state(context, name, node, RUNNING)
    if seen != RUNNING:
        raise Refused(f"{subject(name, node)} is still {seen}")
    return f"{subject(name, node)} runs"


def resume_on_node(context: Context, name: str, called: str) -> str:
    """Of the target's node, which is whole again when it is Ready; one without power has nothing to resume."""
    host = context.host()
    if not context.cluster.powered(host):
        return f"node {host} is switched off, and its {called} with it"
    done = resume(context, name, host)
    readiness.await_ready(context.cluster.api, host)
    return f"{done} and the node is Ready"


def await_state(context: Context, name: str, node: str | None, wanted: str) -> str:
    """The state wanted, or what it is when time is up."""
    deadline = time.monotonic() + _WITHIN
    while (seen := shown(context.cluster.component(name, node))) != wanted and time.monotonic() < deadline:
        time.sleep(_LOOK)
    return seen


def shown(process: ComponentProcess) -> str:
    if process.pid is None:
        return GONE
    return STOPPED if process.state == "T" else RUNNING


def subject(name: str, node: str | None) -> str:
    return f"{name} of {node}" if node else name
