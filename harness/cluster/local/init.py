"""The first process inside a cluster: it starts everything, buries everything, and takes orders on a socket."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from harness.cluster.kernel import processes
from harness.cluster.local import machine, namespaces, supervision
from harness.cluster.local import plan as plans
from harness.cluster.local.power import Power, PowerError

_FIRST_SECONDS = 60.0
RELAY = 3
"""Descriptor of the listening socket that was bound outside."""


@dataclass(slots=True, kw_only=True)
class Supervisor:
    plan: plans.ClusterPlan
    power: Power
    children: supervision.Children
    started: dict[str, int] = field(default_factory=dict)
    beginning: set[str] = field(default_factory=set)
    """Components that are started again, should they give up now."""
    failures: list[str] = field(default_factory=list)
    """What could not be started; asked for from outside, where somebody waits for it."""

    def start(self) -> None:
        try:
            self._start_network()
        except OSError as error:
            self.failures.append(f"the cluster's network: {error}")
            return
        self.started["relay"] = self._start_relay()
        for component in self.plan.components:
            Thread(target=self._start_component, args=(component,), daemon=True).start()
        for node in self.plan.nodes:
            Thread(target=self._start_node, args=(node.name,), daemon=True).start()

    def _start_network(self) -> None:
        log = f"{self.plan.run}/logs/network.log"
        supervision.run_ip(self.children, self.plan.network, log)
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")

    def answer(self, order: dict[str, str]) -> dict[str, Any]:
        match order:
            case {"do": "status"}:
                nodes = [self._node(node) for node in self.plan.nodes]
                return {"components": self._components(), "nodes": nodes, "failures": self.failures}
            case {"do": "power-off", "node": node}:
                self.power.off(node)
            case {"do": "power-on", "node": node}:
                self.power.on(node)
            case {"do": "cut", "node": node}:
                self.power.switch_cable(node, up=False)
            case {"do": "mend", "node": node}:
                self.power.switch_cable(node, up=True)
            case {"do": "freeze", "node": node}:
                self.power.freeze(node)
            case {"do": "thaw", "node": node}:
                self.power.thaw(node)
            case {"do": "frozen", "node": node}:
                return {"frozen": self.power.is_frozen(node)}
            case {"do": "component", "component": name, "node": node}:
                pid = self._pid(name, node)
                return {"pid": pid or 0, "state": processes.state(pid) if pid else ""}
            case {"do": "signal", "component": name, "node": node, "signal": number}:
                self._signal(name, node, int(number))
            case {"do": "start", "component": name, "node": node}:
                self._start_again(name, node)
            case _:
                raise PowerError(f"no such order: {order}")
        return {}

    def _pid(self, name: str, node: str) -> int | None:
        """Of a component that is alive."""
        pid = self._parts(node).get(name) if node else self.started.get(name)
        return pid if pid is not None and processes.identify(pid) else None

    def _signal(self, name: str, node: str, number: int) -> None:
        pid = self._pid(name, node)
        if pid is None:
            raise PowerError(f"{name} is not running")
        os.kill(pid, number)

    def _start_again(self, name: str, node: str) -> None:
        if self._pid(name, node) is not None:
            return
        if node:
            self.power.start(node, name)
        else:
            # its threads may still hold its port when the first of them is dead
            self.children.wait(self.started[name])
            self._start_once(next(each for each in self.plan.components if each.name == name))

    def _start_relay(self) -> int:
        host, port = self.plan.relay_port
        argv = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.relay", "3", host, str(port))
        log = f"{self.plan.run}/logs/relay.log"
        return self.children.start("relay", argv, log=log, env={}, pass_fd=RELAY)

    def _start_component(self, component: plans.Component) -> None:
        self.beginning.add(component.name)
        for left in reversed(range(component.starts)):
            pid = self._start_once(component)
            if not left or not self.children.has_given_up(pid, _FIRST_SECONDS):
                break
        self.beginning.discard(component.name)

    def _start_once(self, component: plans.Component) -> int:
        pid = self.started[component.name] = supervision.start_component(self.children, component)
        return pid

    def _start_node(self, name: str) -> None:
        try:
            self.power.on(name)
        except (PowerError, OSError) as error:
            self.failures.append(f"{name}: {error}")

    def _components(self) -> list[dict[str, Any]]:
        names = ["relay", *(component.name for component in self.plan.components)]
        return [self._component(name) for name in names]

    def _component(self, name: str) -> dict[str, Any]:
        pid = self.started.get(name)
        exit_code = None if pid is None or name in self.beginning else self.children.exit_code(pid)
        return {"name": name, "started": pid is not None, "exit_code": exit_code}

    def _node(self, node: plans.NodePlan) -> dict[str, Any]:
        if not self.power.is_on(node.name):
            return {"name": node.name, "powered": False, "cabled": False, "alive": []}
        cabled, alive = self.power.cabled(node.name), sorted(self._parts(node.name))
        return {"name": node.name, "powered": True, "cabled": cabled, "alive": alive}

    def _parts(self, node: str) -> dict[str, int]:
        wanted = {component.name for component in self.plan.node(node).components}
        found = {processes.name(pid): pid for pid in processes.children(self.power.machines[node])}
        return {name: pid for name, pid in found.items() if name in wanted}


def serve(supervisor: Supervisor, address: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        while True:
            connection, _ = listener.accept()
            Thread(target=_serve_one, args=(supervisor, connection), daemon=True).start()


def _serve_one(supervisor: Supervisor, connection: socket.socket) -> None:
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            try:
                answer = supervisor.answer(json.loads(line))
            except (PowerError, OSError, KeyError) as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            stream.write(json.dumps(answer).encode() + b"\n")
            stream.flush()


def main(plan_file: str) -> None:
    os.set_inheritable(RELAY, False)
    cluster = plans.read(Path(plan_file))
    namespaces.hide(("/run", "/var"), tuple(map(Path, cluster.keep)))
    machine.furnish()
    children = supervision.Children()
    power = Power(plan=cluster, plan_file=Path(plan_file), children=children)
    supervisor = Supervisor(plan=cluster, power=power, children=children)
    Thread(target=serve, args=(supervisor, f"{cluster.run}/control"), daemon=True).start()
    Thread(target=supervisor.start, daemon=True).start()
    children.reap()


if __name__ == "__main__":
    main(sys.argv[1])
