"""Who keeps a cluster is written on its network, which is made before all else of it and removed after all else.

So the record lives where the cluster does: whoever finds the one finds the other, whatever the settings of who started
it, and a cluster of another machine that shares the engine is never taken for a left one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.cluster.kernel import processes
from harness.cluster.kernel.processes import ProcessId
from harness.cluster.kind import engine
from harness.cluster.kind.layout import PREFIX

CLUSTER: Final = "argo-shakedown.cluster"
KEEPER: Final = "argo-shakedown.keeper"
"""Process id and start time, `PID:TICKS`."""
MACHINE: Final = "argo-shakedown.machine"
_MTU: Final = "com.docker.network.driver.mtu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    cluster: str
    keeper: ProcessId
    machine: str

    @property
    def here(self) -> bool:
        """Whether the keeper is a process that this one could see."""
        return self.machine == machine()

    @property
    def alive(self) -> bool:
        """One that cannot be seen from here is taken for alive."""
        return not self.here or processes.alive(self.keeper)


def write(cluster: str) -> None:
    """Makes the network of a cluster with this process as its keeper. Raises EngineFailed."""
    me = processes.identify(os.getpid())
    assert me is not None
    labels = {CLUSTER: cluster, KEEPER: f"{me.pid}:{me.started}", MACHINE: machine()}
    given = [f"--label={key}={value}" for key, value in labels.items()]
    engine.call("network", "create", "--driver=bridge", *given, *_as_by_default(), f"{PREFIX}{cluster}")


def every() -> tuple[Record, ...]:
    names = engine.call("network", "ls", "--quiet", "--filter", f"label={CLUSTER}").split()
    return tuple(_record(entry["Labels"]) for entry in engine.inspect(*names, kind="network"))


def machine() -> str:
    """This boot of this machine, and the set of processes that are visible here."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"


def _record(labels: dict[str, str]) -> Record:
    pid, _, started = labels.get(KEEPER, "0:0").partition(":")
    keeper = ProcessId(pid=int(pid), started=int(started))
    return Record(cluster=labels[CLUSTER], keeper=keeper, machine=labels.get(MACHINE, ""))


def _as_by_default() -> tuple[str, ...]:
    """Packets as large as on the engine's own network: a smaller link behind it would drop larger ones."""
    found = engine.inspect("bridge", kind="network")
    mtu = found[0].get("Options", {}).get(_MTU) if found else None
    return (f"--opt={_MTU}={mtu}",) if mtu else ()
