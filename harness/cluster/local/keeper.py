"""The one process of a cluster that is outside of it. Whatever ends the harness, the keeper notices and cleans up.

Its standard input is a pipe from the harness: the end of it means that the harness closed the cluster or was killed,
and both are treated alike. A persistent cluster has no such pipe; there SIGTERM says it.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
from pathlib import Path

from harness.cluster.kernel import cgroups, processes
from harness.cluster.local import namespaces, plan
from harness.cluster.local.init import RELAY
from harness.cluster.local.supervision import say

TERMINATE = signal.SIGTERM
STATE = "keeper.json"
"""Written by the keeper: its own process id and the one of the cluster's first process."""


def main(plan_file: str, relay: str, mode: str) -> None:
    cluster = plan.read(Path(plan_file))
    wake = _wake_on_term()
    init = namespaces.fork_isolated()
    if init == 0:
        _become_init(plan_file, int(relay))
    os.close(int(relay))
    handle = os.pidfd_open(init)
    _write_state(Path(cluster.run), init)
    _await_end(wake, sys.stdin.fileno() if mode == "attached" else None)
    signal.pidfd_send_signal(handle, signal.SIGKILL)
    os.waitpid(init, 0)
    remove(cluster)


def remove(cluster: plan.ClusterPlan) -> None:
    if not cgroups.remove(cluster.cgroup):
        say(f"some of the cgroups {cluster.cgroup} are still in use")
    cgroups.remove_base()
    shutil.rmtree(cluster.data, ignore_errors=True)
    shutil.rmtree(cluster.run, ignore_errors=True)


def _become_init(plan_file: str, relay: int) -> None:
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.dup2(relay, RELAY)
    os.set_inheritable(RELAY, True)
    signal.set_wakeup_fd(-1)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_DFL)
    argv = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.init", plan_file)
    os.execv(sys.executable, argv)


def _write_state(run: Path, init: int) -> None:
    ids = {"keeper": processes.identify(os.getpid()), "init": processes.identify(init)}
    record = {role: {"pid": who.pid, "started": who.started} for role, who in ids.items() if who is not None}
    fresh = run / f"{STATE}.new"
    fresh.write_text(json.dumps(record))
    fresh.rename(run / STATE)


def _wake_on_term() -> int:
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writer)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda _number, _frame: None)
    return reader


def _await_end(wake: int, leash: int | None) -> None:
    """Until a signal, or until nobody holds the other end of the leash."""
    poller = select.poll()
    poller.register(wake, select.POLLIN)
    if leash is not None:
        poller.register(leash, select.POLLIN)
    while not any(descriptor == wake or not os.read(descriptor, 4096) for descriptor, _ in poller.poll()):
        continue


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
