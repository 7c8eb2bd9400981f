"""Signals a process of a container from outside, as the kernel, a runtime or an operator on the node would.

A user meets it as a container that ended with 128 + signal although nobody in the cluster asked for it, or as a
workload that vanished below the process that watches over it.
"""

import signal
from typing import Final

from harness.faults import inside
from harness.faults.context import Context
from harness.scenario.verbs import KillProcess

PATIENCE: Final = 2.0
"""Seconds for a process to end whose end no watch shows; SIGKILL takes a thousandth of that."""


def inject(context: Context, action: KillProcess) -> str:
    number = signal.Signals[f"SIG{action.signal}"]
    patience = 0.0 if action.process == "first" else PATIENCE
    with inside.reached(context) as container:
        process = container.signal(number, action.process, patience=patience)
    after = "gone" if process.ended else "sent"
    subject = f"process {action.process} of container {context.target.container}"
    context.journal.read_back(subject, before=f"{process.pid} {process.disposition}", after=after)
    if (child := process.child) is not None:
        about = f"child of container {context.target.container}"
        context.journal.read_back(about, before=f"{child.pid} {child.disposition}", after="not signalled by the fault")
    return f"SIG{action.signal} to pid {process.pid} ({process.command}), for which it is {process.disposition}"
