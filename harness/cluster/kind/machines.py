"""The nodes of a cluster as the engine and this machine's kernel know them: containers, each with its own cgroup."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.cluster.kernel import cgroups
from harness.cluster.kind import engine, removal

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLE: Final = "io.x-k8s.kind.role"
WORKER: Final = "worker"
CONTROL_PLANE: Final = "control-plane"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A node; `cgroup` is relative to where hierarchies are mounted, None where the engine runs on another machine."""

    name: str
    role: str
    id: str
    cgroup: str | None

    @property
    def memory(self) -> Path | None:
        return None if self.cgroup is None else cgroups.memory_hierarchy() / self.cgroup


def find(kind_name: str) -> tuple[Machine, ...]:
    """Workers in the order of their names, as kind numbers them, after the control plane."""
    found = engine.inspect(*removal.containers(kind_name))
    places = [place for entry in found if (place := _place(entry))]
    machines = (_machine(entry, places) for entry in found)
    return tuple(sorted(machines, key=lambda machine: (machine.role, len(machine.name), machine.name)))


def running(names: Iterable[str]) -> dict[str, bool]:
    return {entry["Name"].lstrip("/"): bool(entry["State"]["Running"]) for entry in engine.inspect(*names)}


def _machine(entry: dict[str, Any], places: list[tuple[str, str]]) -> Machine:
    """The containers of one engine lie side by side, so one that is off has its folder beside those of the others."""
    mine = next((cgroup.replace(other, entry["Id"]) for cgroup, other in places), None)
    role = entry["Config"]["Labels"][ROLE]
    return Machine(name=entry["Name"].lstrip("/"), role=role, id=entry["Id"], cgroup=mine)


def _place(entry: dict[str, Any]) -> tuple[str, str] | None:
    """The cgroup of a container that runs on this machine, and its id, which is a part of it."""
    pid, own = entry["State"]["Pid"], entry["Id"]
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines() if pid else []
    except OSError:
        return None
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if own in path and ("memory" in controllers.split(",") or not controllers):
            above, _, below = path.partition(own)
            return f"{above}{own}{below.partition('/')[0]}".lstrip("/"), own
    return None
