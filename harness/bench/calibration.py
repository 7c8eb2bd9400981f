"""How fast and how busy the machine was, since a figure without that says nothing."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

SPIN = 2_000_000
WINDOW = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`spin` is seconds for a fixed loop; `busy` and `steal` are shares of all processors at the start."""

    cores: int
    spin: float
    load: float
    busy: float
    steal: float

    @property
    def idle(self) -> bool:
        return self.busy < 0.1 and self.steal < 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    total: int
    busy: int
    steal: int


def calibrate() -> Calibration:
    before = ticks()
    time.sleep(WINDOW)  # the window over which idleness is measured
    after = ticks()
    total = max(after.total - before.total, 1)
    return Calibration(
        cores=os.cpu_count() or 1,
        spin=spin(),
        load=os.getloadavg()[0],
        busy=(after.busy - before.busy) / total,
        steal=(after.steal - before.steal) / total,
    )


def spin() -> float:
    started = time.perf_counter()
    count = 0
    for number in range(SPIN):
        count += number & 1
    return time.perf_counter() - started


def ticks() -> Ticks:
    """Processor time of the whole machine so far (proc(5): user nice system idle iowait irq softirq steal)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return Ticks(total=sum(fields), busy=sum(fields) - idle, steal=fields[7])


def busy_seconds() -> float:
    """Processor seconds that the machine has spent on anything since it was started."""
    return ticks().busy / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Processor seconds of this process and of what it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
