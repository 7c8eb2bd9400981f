"""A figure stands beside what is asked, and one that is missed says so."""

from __future__ import annotations

import json

from click.testing import CliRunner

from harness.bench.figures import Figure, Sense
from harness.cli import bench
from harness.model.header import Calibration

IDLE = Calibration(cores=2, spin=0.1, load=0.0, busy=0.0, steal=0.0)


def test_what_is_missed_is_printed_as_missed_beside_what_is_asked() -> None:
    missed = Figure(name="cluster-up", unit="s", values=(4.0, 6.0, 7.0), asked=5.0)
    met = Figure(name="heals-read-back", unit="of 100", values=(100.0,), asked=100.0, sense=Sense.AT_LEAST)
    _, first, second = bench.as_text(IDLE, (missed, met)).splitlines()
    assert first.endswith("MISSED: median 6 s, asked at most 5")
    assert "MISSED" not in second
    assert second.endswith("asked at least 100")


def test_a_tail_is_missed_on_its_own() -> None:
    figure = Figure(name="landing", unit="ms", values=(10.0,) * 98 + (200.0, 200.0), asked=30.0, asked_p99=150.0)
    assert figure.shortfall == "p99 200 ms, asked at most 150"


def test_some_figures_can_be_measured_alone() -> None:
    done = CliRunner().invoke(bench.bench, ["--only", "drawing", "--json"], standalone_mode=False)
    assert done.exception is None, done.output
    record = json.loads(done.stdout)
    assert [each["name"] for each in record["figures"]] == ["timeline-of-500-nodes"]
    assert set(record["figures"][0]) >= {"name", "unit", "median", "p99", "n", "asked"}
    assert record["calibration"]["cores"] >= 1
