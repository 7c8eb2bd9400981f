"""The mains switches of the nodes: on builds a machine with a cable to the bridge, off kills it like a power cut."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.cluster.kernel import cgroups, processes
from harness.cluster.local import freezing, links, network, supervision

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.local.plan import ClusterPlan, NodePlan

_GONE_WITHIN = 20.0
"""Seconds; a killed machine takes some 50 ms, but the disk may be slow."""


class PowerError(Exception):
    """The switch did not do what it was asked to."""


@dataclass(slots=True, kw_only=True)
class Power:
    plan: ClusterPlan
    plan_file: Path
    children: supervision.Children
    machines: dict[str, int] = field(default_factory=dict)
    """The first process of each node that is on."""
    frozen: dict[str, set[processes.ProcessId]] = field(default_factory=dict)
    """Of each frozen node what was stopped with it; what a fault of a process had stopped before is not among it."""

    def on(self, name: str) -> None:
        node = self.plan.node(name)
        if self.is_on(name):
            raise PowerError(f"{name} is on already")
        cgroups.create(node.cgroup)
        ours, theirs = socket.socketpair()
        argv = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.machine", str(self.plan_file), name)
        with ours:
            with theirs:
                self.children.start(name, argv, log=self._log(node), env={}, pass_fd=theirs.fileno())
            with ours.makefile("rb") as reader:
                answer = reader.readline()
            if not answer:
                raise PowerError(f"{name} could not be made; see {self._log(node)}")
            self._plug(node, int(answer))
            self.machines[name] = int(answer)
            ours.sendall(b"!")

    def off(self, name: str) -> None:
        if not self.is_on(name):
            raise PowerError(f"{name} is off already")
        node, pid = self.plan.node(name), self.machines[name]
        handle = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            if not processes.ended(handle, _GONE_WITHIN):
                raise PowerError(f"{name}: its processes are still there {_GONE_WITHIN:.0f} s after SIGKILL")
        finally:
            os.close(handle)
        del self.machines[name]
        self.frozen.pop(name, None)
        self._unplug(node)
        cgroups.remove(node.cgroup)

    def switch_cable(self, name: str, *, up: bool) -> None:
        if not self.is_on(name):
            raise PowerError(f"{name} is off, so it has no cable")
        node = self.plan.node(name)
        supervision.run_ip(self.children, network.switch_commands(node.index, up=up), self._log(node))

    def cabled(self, name: str) -> bool:
        return self.is_on(name) and links.is_up(network.cable(self.plan.node(name).index))

    def freeze(self, name: str) -> None:
        if not self.is_on(name):
            raise PowerError(f"{name} is off, so nothing of it can be frozen")
        self.frozen.setdefault(name, set()).update(freezing.freeze(self.machines[name]))

    def thaw(self, name: str) -> None:
        freezing.thaw(self.frozen.pop(name, set()))

    def is_frozen(self, name: str) -> bool:
        return self.is_on(name) and freezing.is_frozen(self.machines[name])

    def start(self, name: str, component: str) -> None:
        """Tells the node's own first process, which keeps its components, to start one that was killed."""
        number = [each.name for each in self.plan.node(name).components].index(component)
        os.kill(self.machines[name], signal.SIGRTMIN + number)

    def is_on(self, name: str) -> bool:
        pid = self.machines.get(name)
        return pid is not None and processes.identify(pid) is not None

    def _plug(self, node: NodePlan, pid: int) -> None:
        supervision.run_ip(self.children, network.plug_commands(node.index, pid), self._log(node))

    def _unplug(self, node: NodePlan) -> None:
        """The cable dies with the machine, but at the kernel's leisure, and its name is needed again."""
        try:
            supervision.run_ip(self.children, network.unplug_commands(node.index), self._log(node))
        except OSError as error:
            supervision.say(f"{node.name}: the cable was gone already: {error}")

    def _log(self, node: NodePlan) -> str:
        return f"{self.plan.run}/logs/{node.name}.log"
