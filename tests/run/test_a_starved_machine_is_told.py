"""What the machine had to give is measured for every cell; a bound missed for want of it is unknown, not missed."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.history.format import decode, encode
from harness.model.events import MachineLoad
from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from harness.oracles.starvation import lacking
from harness.run import machine
from tests.oracles.build import Tape, header, node, spec

FINE = MachineLoad(
    seq=1, t=1.0, wall=1.0, seconds=20.0, cores=2, busy=0.97, steal=0.01, load=5.0, stall=0.2, pressure=0.7
)
STARVED = {
    "others": replace(FINE, steal=0.4),
    "stall": replace(FINE, stall=2.5),
    "load": replace(FINE, load=9.0, pressure=0.97),
    "load of unknown pressure": replace(FINE, load=9.0, pressure=None),
}


def test_a_busy_machine_is_no_starved_one() -> None:
    assert lacking(FINE) == ""
    assert lacking(replace(FINE, load=9.0)) == "", "many processes that wait for nobody"


@pytest.mark.parametrize("load", STARVED.values(), ids=list(STARVED))
def test_what_was_lacking_is_said(load: MachineLoad) -> None:
    assert lacking(load)


@pytest.mark.parametrize("entry", [FINE, replace(FINE, pressure=None)], ids=["known", "unknown"])
def test_it_is_in_the_history(entry: MachineLoad) -> None:
    assert decode(encode(entry), 2) == entry


def test_a_sample_of_this_machine() -> None:
    pulse, before = machine.Pulse(), machine.sample()
    pulse.start()
    time.sleep(0.3)  # a while that is to be measured
    load = machine.between(before, machine.sample(), pulse)
    pulse.stop()
    assert 0.3 <= load.seconds < 30
    assert 0 <= load.busy <= 1
    assert 0 <= load.steal <= 1
    assert load.pressure is None or 0 <= load.pressure <= 1
    assert load.cores >= 1


def test_a_delay_is_remembered_for_those_it_concerns() -> None:
    pulse = machine.Pulse()
    pulse._late.extend([(10.0, 0.3), (20.0, 0.1)])
    assert [pulse.stall(since) for since in (5.0, 15.0, 25.0)] == [0.3, 0.1, 0.0]


def test_the_longest_wait_of_the_kernel_is_read(tmp_path: Path) -> None:
    if Path("/proc/pressure/cpu").exists():
        first = machine.waited()
        assert first is not None
        assert (machine.waited() or 0.0) >= first
    assert machine.spin() > 0


TIMING = [{"from": {"workflow": "submitted"}, "to": {"workflow": "final"}, "at-most": "1s"}]
"""The workflow takes five seconds."""


def told(load: MachineLoad | None, phase: str = "Succeeded") -> tuple[Verdict, str]:
    tape = Tape(header(spec(expect={"within": "60s", "workflow": {"phase": phase}, "timing": TIMING})))
    tape.workflow("Running", node("a", "Running", started=1))
    tape.workflow("Succeeded", node("a", "Succeeded", started=1, finished=5), dt=5.0)
    if load is not None:
        last = tape.entries[-1]
        tape.add(replace(load, seq=last.seq + 1, t=last.t, wall=last.wall))
    tape.end()
    judgement = judge(tape.header, tape.entries)
    return judgement.verdict, judgement.reason


@pytest.mark.parametrize("load", [None, FINE], ids=["not measured", "fine"])
def test_a_bound_that_was_missed_is_a_fail(load: MachineLoad | None) -> None:
    assert told(load)[0] is Verdict.FAIL, told(load)


@pytest.mark.parametrize("load", STARVED.values(), ids=list(STARVED))
def test_on_a_starved_machine_it_is_unknown(load: MachineLoad) -> None:
    verdict, reason = told(load)
    assert verdict is Verdict.INCONCLUSIVE
    assert "but the machine was starved" in reason


def test_starvation_excuses_nothing_else() -> None:
    assert told(STARVED["others"], phase="Failed")[0] is Verdict.FAIL
