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
    """A node; `cgroup` is relative to where hierarchies are mounted, None where it is out of reach: the engine runs on
    another machine, or this process sees a part of the cgroups only. `networks` are those of the engine that it was
    found in."""

    name: str
    role: str
    id: str
    cgroup: str | None
    networks: frozenset[str] = frozenset()

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


def networks(name: str) -> frozenset[str]:
    """Those that a container is in now; none where there is no such container."""
    return frozenset().union(*map(_networks, engine.inspect(name)))


def _networks(entry: dict[str, Any]) -> frozenset[str]:
    return frozenset(entry.get("NetworkSettings", {}).get("Networks") or ())


def _machine(entry: dict[str, Any], places: list[tuple[str, str]]) -> Machine:
    """The containers of one engine lie side by side, so one that is off has its folder beside those of the others."""
    mine = next((cgroup.replace(other, entry["Id"]) for cgroup, other in places), None)
    role = entry["Config"]["Labels"][ROLE]
    name = entry["Name"].lstrip("/")
    return Machine(name=name, role=role, id=entry["Id"], cgroup=mine, networks=_networks(entry))


def _place(entry: dict[str, Any]) -> tuple[str, str] | None:
    """The cgroup of a container that runs on this machine, and its id, which is a part of it."""
    pid, own = entry["State"]["Pid"], entry["Id"]
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines() if pid else []
    except OSError:
        return None
    found = cgroup_of(lines, own)
    return None if found is None else (found, own)


def cgroup_of(lines: Iterable[str], own: str) -> str | None:
    """The part of a path that ends in that id, from what /proc says of a process.

    A path with `..` leads out of the cgroups that are seen here: below their mount it would name another folder.
    """
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if ".." in path.split("/"):
            continue
        if own in path and ("memory" in controllers.split(",") or not controllers):
            above, _, below = path.partition(own)
            return f"{above}{own}{below.partition('/')[0]}".lstrip("/")
    return None
