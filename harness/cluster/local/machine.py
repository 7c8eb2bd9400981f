"""One node, from the mains switch up: run as a script, it becomes a machine of its own with its own first process.

The outer half reports the first process and waits; the inner half is that process. Killing it is a power cut.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import uuid
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn

from harness.cluster.local import namespaces, plan, supervision

_RESTART = 0.2
"""Seconds before a component that gave up is started again."""
LINK = 3
"""Descriptor of the socket to the cluster's first process."""


def main(plan_file: str, name: str) -> None:
    cluster = plan.read(Path(plan_file))
    pid = namespaces.fork_isolated()
    if pid == 0:
        boot(cluster, cluster.node(name))
    with socket.socket(fileno=LINK) as link:
        link.sendall(f"{pid}\n".encode())
    os.waitpid(pid, 0)


def boot(cluster: plan.ClusterPlan, node: plan.NodePlan) -> None:
    namespaces.hide(("/run", "/var"), tuple(map(Path, cluster.keep)))
    furnish()
    _new_boot_id()
    with socket.socket(fileno=LINK) as link:
        link.recv(1)  # the cable is plugged in once the first process is known
    children = supervision.Children()
    told = tuple(told_by(signal.SIGRTMIN + number) for number, _ in enumerate(node.components))
    Thread(target=run, args=(children, cluster, node, told), daemon=True).start()
    children.reap()


def told_by(number: int) -> Event:
    """An event that the signal sets; only the main thread may ask for one."""
    event = Event()
    signal.signal(number, lambda _number, _frame: event.set())
    return event


def run(
    children: supervision.Children, cluster: plan.ClusterPlan, node: plan.NodePlan, told: tuple[Event, ...]
) -> None:
    supervision.run_ip(children, node.network, f"{cluster.run}/logs/{node.name}.log")
    for component, event in zip(node.components, told, strict=True):
        Thread(target=keep_running, args=(children, component, event), daemon=True).start()


def keep_running(children: supervision.Children, component: plan.Component, told: Event) -> NoReturn:
    """As systemd would on a real node: what gives up by itself is started again, what was killed stays dead till told.

    The kubelet gives up where containerd answers a moment after its socket is there, which a busy machine brings about.
    """
    while True:
        if children.wait(supervision.start_component(children, component)) > 0:
            time.sleep(_RESTART)
        else:
            told.wait()
            told.clear()


def furnish() -> None:
    """What programs expect of a fresh /run and /var."""
    for folder in ("/run/tmp", "/var/lib", "/var/log", "/var/tmp", "/var/cache"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    if not Path("/var/run").exists():
        Path("/var/run").symlink_to("/run")


def _new_boot_id() -> None:
    """The kubelet tells a reboot by this file; the kernel's own would say that the machine never went down."""
    fresh = Path("/run/boot_id")
    fresh.write_text(f"{uuid.uuid4()}\n")
    namespaces.bind(str(fresh), "/proc/sys/kernel/random/boot_id")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
