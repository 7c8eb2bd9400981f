"""How fast and how busy the machine was, since a figure without that says nothing."""

import os
import time

from harness.model.header import Calibration
from harness.run import machine

WINDOW = 1.0
QUIET, FREE = 0.1, 0.05


def calibrate() -> Calibration:
    before = machine.ticks()
    time.sleep(WINDOW)  # the window over which idleness is measured
    busy, steal = machine.shares(before, machine.ticks())
    return Calibration(cores=os.cpu_count() or 1, spin=machine.spin(), load=os.getloadavg()[0], busy=busy, steal=steal)


def idle(calibration: Calibration) -> bool:
    return (calibration.busy or 0.0) < QUIET and (calibration.steal or 0.0) < FREE


def busy_seconds() -> float:
    """Processor seconds that the machine has spent on anything since it was started."""
    return machine.ticks().busy / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Processor seconds of the harness itself; the clusters that it waits for are not part of it."""
    times = os.times()
    return times.user + times.system
