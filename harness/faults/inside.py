"""The container that a step aims at, with everything that goes wrong there told as what it means for the step."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.cluster.container import Container, ContainerGone, ContainerProcess
from harness.faults.context import Context, Missed, Refused
from harness.model.errors import HarnessError


@contextmanager
def reached(context: Context) -> Iterator[Container]:
    """Raises Missed where the container or its process is gone, Refused where the kernel says no."""
    target = context.target
    if not target.container_id:
        raise Missed(f"pod {target.pod} has no running container {target.container}")
    try:
        yield context.cluster.container(target.container_id)
    except (Missed, Refused):
        raise
    except ContainerGone as error:
        raise Missed(f"container {target.container} of pod {target.pod}: {error}") from error
    except HarnessError as error:
        raise Refused(f"container {target.container} of pod {target.pod}: {error}") from error


def states(processes: tuple[ContainerProcess, ...]) -> str:
    """`12 S, 13 T`: pid and state of each, as proofs read them."""
    return ", ".join(f"{each.pid} {each.state or 'gone'}" for each in processes)


def commands(processes: tuple[ContainerProcess, ...]) -> str:
    return ", ".join(f"pid {each.pid} ({each.command})" for each in processes)
