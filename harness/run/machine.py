"""What the kernel says about how busy this machine is, cheap enough to be asked in every cell."""

import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

TICK = 0.1
NOTICED = 0.02
"""Seconds of lateness that are worth remembering."""
REMEMBERED = 10_000
SPIN = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Processor time of the whole machine since it was started, in clock ticks."""

    total: int
    busy: int
    steal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`waited` is seconds since the start of the machine in which somebody waited for a processor, if it is known."""

    at: float
    ticks: Ticks
    waited: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The fields of a `MachineLoad`."""

    seconds: float
    cores: int
    busy: float
    steal: float
    load: float
    stall: float
    pressure: float | None


class Pulse:
    """A thread that wants to run ten times a second, and notes how late it was let."""

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._over = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._beat, name="pulse", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def stall(self, since: float) -> float:
        """The longest delay since then, in seconds."""
        return max((delay for at, delay in tuple(self._late) if at >= since), default=0.0)

    def _beat(self) -> None:
        before = time.monotonic()
        while not self._over.wait(TICK):
            now = time.monotonic()
            if now - before - TICK > NOTICED:
                self._late.append((now, now - before - TICK))
            before = now


def sample() -> Sample:
    return Sample(at=time.monotonic(), ticks=ticks(), waited=waited())


def between(before: Sample, after: Sample, pulse: Pulse) -> Load:
    seconds = max(after.at - before.at, 1e-6)
    busy, steal = shares(before.ticks, after.ticks)
    known = before.waited is not None and after.waited is not None
    return Load(
        seconds=round(seconds, 3),
        cores=os.cpu_count() or 1,
        busy=round(busy, 3),
        steal=round(steal, 3),
        load=round(os.getloadavg()[0], 2),
        stall=round(pulse.stall(before.at), 3),
        pressure=round(min(1.0, ((after.waited or 0.0) - (before.waited or 0.0)) / seconds), 3) if known else None,
    )


def shares(before: Ticks, after: Ticks) -> tuple[float, float]:
    """Busy and stolen shares of all processors between the two."""
    total = max(after.total - before.total, 1)
    return (after.busy - before.busy) / total, (after.steal - before.steal) / total


def ticks() -> Ticks:
    """See proc(5): user nice system idle iowait irq softirq steal."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return Ticks(total=sum(fields), busy=sum(fields) - idle, steal=fields[7])


def waited() -> float | None:
    """The kernel's pressure stall information, where it is switched on."""
    try:
        some = Path("/proc/pressure/cpu").read_text().splitlines()[0]
    except OSError:
        return None
    return int(some.rpartition("total=")[2]) / 1e6


def spin() -> float:
    """Seconds for a fixed loop: how fast one processor is just now."""
    started = time.perf_counter()
    count = 0
    for number in range(SPIN):
        count += number & 1
    return time.perf_counter() - started
