"""Fills a volume of the container until the kernel refuses to take another byte (ENOSPC).

A user meets it as `no space left on device`: outputs that cannot be written, an executor that cannot save what it has.
"""

from harness.cluster.container import CannotBeFilled, ContainerGone
from harness.faults import inside
from harness.faults.context import Context, Refused
from harness.scenario.verbs import FillDisk


def inject(context: Context, action: FillDisk) -> str:
    with inside.reached(context) as container:
        filling = container.fill(action.path)
    after = f"{'ENOSPC' if filling.refused else 'taken'}, {filling.free} of {filling.size} bytes free"
    context.journal.read_back(f"volume {action.path} of container {context.target.container}", after=after)
    return f"{action.path} filled: {after}"


def heal(context: Context, action: FillDisk) -> str:
    try:
        now = context.cluster.container(context.target.container_id).empty(action.path)
    except ContainerGone:
        return f"container {context.target.container} of pod {context.target.pod} is gone; the volume goes with the pod"
    except CannotBeFilled:
        return f"{action.path} cannot be filled, so it was not"
    if not now.free:
        raise Refused(f"{action.path} of container {context.target.container} is still full")
    return f"{action.path} has {now.free} bytes free"
