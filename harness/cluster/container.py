"""What can be done to a container from outside, and what the kernel shows of it; no API of a cluster offers this."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class CannotBeFilled(HarnessError):
    """The path is no volume of its own, or too large."""


class ContainerGone(HarnessError):
    """The container has no such process any more, or never was on a node of this cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerProcess:
    pid: int
    """As this machine numbers it, not as the container does."""
    ppid: int
    command: str
    state: str = ""
    """One letter as the kernel has it; T while it is stopped by a signal, empty where it is gone."""


class Disposition(StrEnum):
    """What a process does with a signal."""

    DEFAULT = "default"
    CAUGHT = "caught"
    IGNORED = "ignored"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """The process that a container's first one has started, and what it does with the signal that that one got."""

    pid: int
    disposition: Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalledProcess:
    """Proof of a signal: what it went to, and when; `ended` is whether it was seen to end within the given patience.

    `child` is told where the signal went to the container's first process and that has one."""

    pid: int
    command: str
    signal: int
    monotonic: float
    wall: float
    disposition: Disposition
    ended: bool
    child: Child | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCounters:
    """Of one container, as the kernel counts them."""

    usage: int
    """Bytes."""
    limit: int | None
    """Bytes; None without a limit."""
    failures: int
    """How often the limit was hit."""
    oom_kills: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryGrip:
    """What decides whom the kernel kills. `group` is None where this kernel kills no whole cgroups (version 1)."""

    limit: int | None
    group: bool | None
    scores: Mapping[int, int]
    """oom_score_adj by pid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Squeezed:
    """Whom the kernel was to kill, as it was before, and who of them lives nevertheless.

    `ours` are the pids of the processes that took the memory: that the kernel killed one of these, too, is no harm.
    """

    victims: tuple[ContainerProcess, ...]
    alive: tuple[int, ...]
    ours: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuShare:
    """Microseconds of processor time per `period`, None without a bound; `held_back` counts the periods cut short."""

    quota: int | None
    period: int
    held_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """`free` bytes are left for an ordinary user, and `refused` says that the kernel answered ENOSPC."""

    size: int
    free: int
    refused: bool


class Container(Protocol):
    """A container that runs, by its id. What is asked of one that does not raises HarnessError."""

    def processes(self) -> tuple[ContainerProcess, ...]: ...

    def signal(self, signal: int, process: str = "first", *, patience: float = 0.0) -> SignalledProcess:
        """To `first`, to its `child`, or to the oldest whose command line fits the pattern."""

    def stop(self, process: str = "all") -> tuple[ContainerProcess, ...]:
        """SIGSTOP; returns what was to be stopped, as the kernel shows it then."""

    def resume(self) -> tuple[ContainerProcess, ...]:
        """SIGCONT to all; returns all as the kernel shows them then."""

    def memory(self) -> MemoryCounters: ...

    def grip(self) -> MemoryGrip: ...

    def squeeze(self, process: str = "first", *, whole: bool = False, taken: Callable[[], None]) -> Squeezed:
        """An out-of-memory kill of that process by the kernel; with `whole`, of all processes of the container. `taken`
        is called once, when all is set and the kernel has only to choose."""

    def restore(self, before: MemoryGrip) -> MemoryGrip:
        """Undoes what a squeeze that was cut short has left; returns what is there then."""

    def cpu(self) -> CpuShare: ...

    def limit_cpu(self, share: CpuShare) -> CpuShare:
        """Quota and period; returns what the kernel shows then."""

    def fill(self, path: str) -> Filling:
        """Fills the volume at that path until the kernel refuses."""

    def empty(self, path: str) -> Filling:
        """Takes the filling away, and nothing else."""
