"""What a first process owes to those it starts: to start them in order, to bury them, and to know how they ended."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.cluster.local.plan import Component

_POLL = 0.01
"""Seconds between looks for a port or socket: nothing announces these, and a look costs microseconds."""


class Children:
    """All reaping in one place: a first process must bury strangers too, which `subprocess` would fight with."""

    def __init__(self) -> None:
        self._ended: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._change = threading.Condition()

    def start(
        self, name: str, argv: Sequence[str], *, log: str, env: Mapping[str, str], pass_fd: int | None = None
    ) -> int:
        """Starts a program with its output in `log`; `pass_fd` becomes its descriptor 3."""
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        if pass_fd is not None:
            actions.append((os.POSIX_SPAWN_DUP2, pass_fd, 3))
        with self._change:
            pid = os.posix_spawn(argv[0], tuple(argv), dict(env), file_actions=actions)
            self._names[pid] = name
        return pid

    def wait(self, pid: int) -> int:
        """The exit code, once there is one."""
        with self._change:
            self._change.wait_for(lambda: pid in self._ended)
            return self._ended[pid]

    def has_given_up(self, pid: int, within: float) -> bool:
        """Whether it ends by itself, and not well, within these seconds; who is killed has not given up."""
        with self._change:
            self._change.wait_for(lambda: pid in self._ended, within)
            return self._ended.get(pid, 0) > 0

    def exit_code(self, pid: int) -> int | None:
        return self._ended.get(pid)

    def reap(self) -> NoReturn:
        """Never returns: the first process of a namespace ends by being killed."""
        while True:
            try:
                pid, status = os.waitpid(-1, 0)
            except ChildProcessError:
                time.sleep(_POLL)  # no child yet: the first one is about to be started by another thread
                continue
            code = os.waitstatus_to_exitcode(status)
            with self._change:
                self._ended[pid] = code
                self._change.notify_all()
                name = self._names.get(pid)
            if name is not None and code != 0:
                say(f"{name} (pid {pid}) ended with {code}")


def start_component(children: Children, component: Component) -> int:
    """Starts it as soon as what it needs is there."""
    for host, port in component.after_ports:
        _await_port(host, port)
    if component.after_file is not None:
        _await_file(Path(component.after_file))
    env = {"PATH": component.path, "HOME": "/run", "TMPDIR": "/run/tmp"}
    return children.start(component.name, component.argv, log=component.log, env=env)


def run_ip(children: Children, commands: Sequence[str], log: str) -> None:
    """One `ip` process for many commands: each start of one costs milliseconds."""
    batch = Path(f"/run/ip-{threading.get_native_id()}")
    batch.write_text("\n".join(commands) + "\n")
    code = children.wait(children.start("ip", (_IP, "-batch", str(batch)), log=log, env={}))
    if code != 0:
        said = " ".join(Path(log).read_text(errors="replace").split("\n")[-3:]).strip()
        raise OSError(f"`ip` ended with {code} ({said}) on: {'; '.join(commands)}")


def say(line: str) -> None:
    stamp = time.strftime("%H:%M:%S", time.gmtime())
    print(f"{stamp}Z {line}", file=sys.stderr, flush=True)


def _await_port(host: str, port: int) -> None:
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(_POLL)
        else:
            return


def _await_file(path: Path) -> None:
    while not path.exists():
        time.sleep(_POLL)


_IP = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/sbin/ip"
