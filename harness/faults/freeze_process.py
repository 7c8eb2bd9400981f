"""Stops processes of a container with SIGSTOP, which nothing can catch, until SIGCONT.

They keep memory, files, sockets and locks and do nothing, and nobody is told. A user meets it as a step that hangs: a
container on a paused machine, a process under a debugger, a disk that does not answer.
"""

from harness.cluster.container import ContainerGone
from harness.faults import inside
from harness.faults.context import Context, Refused
from harness.scenario.verbs import FreezeProcess


def inject(context: Context, action: FreezeProcess) -> str:
    with inside.reached(context) as container:
        before = inside.states(container.processes())
        stopped = container.stop(action.process)
    subject = f"process {action.process} of container {context.target.container}"
    context.journal.read_back(subject, before=before, after=inside.states(stopped))
    return f"SIGSTOP to {inside.commands(stopped)}"


def heal(context: Context, action: FreezeProcess) -> str:
    container = context.cluster.container(context.target.container_id)
    try:
        now = container.resume()
    except ContainerGone:
        return f"container {context.target.container} of pod {context.target.pod} is gone"
    if left := [process.pid for process in now if process.state == "T"]:
        raise Refused(f"pid {', '.join(map(str, left))} of container {context.target.container} is still stopped")
    return f"container {context.target.container} of pod {context.target.pod} goes on"
