"""Imports image archives into a containerd root. Run as a script, in namespaces of its own: unpacking mounts things.

Prints nothing when all went well. It dies with whoever holds its standard input.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from harness.cluster.local import machine, namespaces

_SOCKET = "/run/containerd.sock"
_READY_WITHIN = 30.0


def main(root: str, containerd: str, ctr: str, *archives: str) -> int:
    child = namespaces.fork_isolated()
    if child == 0:
        namespaces.hide(("/run", "/var"), tuple(Path(path).parent for path in (root, containerd, ctr, *archives)))
        machine.furnish()
        os._exit(_import(root, containerd, ctr, archives))
    handle = os.pidfd_open(child)
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    poller.register(0, select.POLLIN)
    if (0, select.POLLHUP) in poller.poll():
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _import(root: str, containerd: str, ctr: str, archives: tuple[str, ...]) -> int:
    argv = (containerd, "--root", root, "--state", "/run/containerd", "--address", _SOCKET, "--config", _config())
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as daemon:
        try:
            _await_socket()
            for archive in archives:
                command = (ctr, "--address", _SOCKET, "--namespace", "k8s.io", "images", "import", archive)
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        except (subprocess.CalledProcessError, TimeoutError) as error:
            daemon.kill()
            print(f"{error}\n{daemon.communicate()[1][-2000:]}", file=sys.stderr)
            return 1
        daemon.terminate()
        daemon.communicate()
    return 0


def _config() -> str:
    """A containerd that only stores images: nothing of it may touch the machine."""
    path = Path("/run/containerd.toml")
    path.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]\n')
    return str(path)


def _await_socket() -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            Path(_SOCKET).stat()
            return
        time.sleep(0.01)
    raise TimeoutError(f"containerd made no socket within {_READY_WITHIN:.0f} s")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
