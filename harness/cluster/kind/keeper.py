"""The process that makes a cluster and stays beside it. Whatever ends the harness, it notices and removes the cluster.

Its standard input is a pipe from the harness: the end of it means that the harness closed the cluster or was killed,
and both are treated alike. A persistent cluster has no such pipe; there SIGTERM says it. On its standard output it
tells the exit code of `kind create`, once.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Final

from harness.cluster.kind import records, removal
from harness.cluster.kind.engine import EngineFailed
from harness.cluster.kind.layout import NETWORK_VARIABLE, Layout
from harness.model.errors import HarnessError

TERMINATE: Final = signal.SIGTERM
_TRIES: Final = 5
_PAUSE: Final = 2.0


def main(name: str, mode: str) -> int:
    layout = Layout(name=name)
    wake = wake_on_term()
    leash = sys.stdin.fileno() if mode == "attached" else None
    try:
        records.write(name)
    except HarnessError as error:
        print(error, file=sys.stderr, flush=True)
        tell(1)
        return 1
    making = subprocess.Popen(
        creation(layout),
        env={**os.environ, NETWORK_VARIABLE: layout.kind_name},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        start_new_session=True,
    )
    whole = made(making, wake, leash)
    if whole:
        await_end(wake, leash)
    remove(layout, half_made=not whole)
    return 0


def creation(layout: Layout) -> tuple[str, ...]:
    files = ("--config", str(layout.config), "--kubeconfig", str(layout.kubeconfig))
    return ("kind", "create", "cluster", "--name", layout.kind_name, *files)


def made(making: subprocess.Popen[bytes], wake: int, leash: int | None) -> bool:
    """Waits for the end of the making, and tells it; False where the harness did not want to wait for it."""
    handle = os.pidfd_open(making.pid)
    try:
        if await_end(wake, leash, handle) != handle:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(making.pid, signal.SIGKILL)
            making.wait()
            return False
    finally:
        os.close(handle)
    tell(making.wait())
    return True


def await_end(wake: int, leash: int | None, other: int | None = None) -> int:
    """Until a signal, or nobody holds the other end of the leash, or the other is ready. Returns which it was."""
    poller = select.poll()
    for descriptor in (wake, leash, other):
        if descriptor is not None:
            poller.register(descriptor, select.POLLIN)
    while True:
        for descriptor, _ in poller.poll():
            if descriptor != leash or not os.read(descriptor, 4096):
                return descriptor


def remove(layout: Layout, *, half_made: bool) -> None:
    for number in range(1, _TRIES + 1):
        try:
            removal.remove(layout.kind_name, half_made=half_made)
            break
        except EngineFailed as error:
            print(f"try {number} of {_TRIES}: {error}", file=sys.stderr, flush=True)
            time.sleep(_PAUSE)  # an engine that is overloaded or starting anew
    else:
        return  # `clean` finds the network with the record of this process, which is dead then
    shutil.rmtree(layout.run, ignore_errors=True)


def tell(code: int) -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), f"{code}\n".encode())


def wake_on_term() -> int:
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writer)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda _number, _frame: None)
    return reader


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
