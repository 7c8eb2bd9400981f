"""The lanes of what a workflow depends on without owning it: its task results, the controller, the machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.oracles.timers import LEASE_SLACK, timers_of
from harness.report.chart import states
from harness.report.chart.bars import bars
from harness.report.chart.model import Glyph, Group, Lane, Point, Tone
from harness.report.chart.states import State
from harness.report.chart.words import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.chart.tape import Renewal, Tape


def of_results(tape: Tape) -> Iterator[Lane]:
    for name, seen in tape.results.items():
        found = ((t, states.of_result(completed)) for t, completed in seen)
        drawn = bars(f"task result {name}", found, tape.end)
        node = tape.state.nodes.get(name)
        worth = 2 * bool(drawn and not drawn[-1].settled)
        called = node.last.display_name if node else name
        yield Lane(group=Group.RESULTS, key=name, name=called, bars=drawn, worth=worth)


def of_lease(tape: Tape) -> Iterator[Lane]:
    """Who leads, each renewal, and where there should have been one."""
    if not tape.renewals:
        return
    points = tuple(
        Point(t=renewal.t, glyph=Glyph.RENEWAL, detail=f"lease renewed by {renewal.holder}\n{renewal.t:+.3f} s")
        for renewal in tape.renewals
    )
    drawn = bars("controller lease", _holders(tape), tape.end)
    yield Lane(group=Group.LEASE, key="lease", name="leader", bars=drawn, points=points)


def _holders(tape: Tape) -> Iterator[tuple[float, State]]:
    """Silence begins where the next renewal was due."""
    due = timers_of(tape.header).lease
    ends = [renewal.t for renewal in tape.renewals[1:]] + [tape.end]
    for renewal, end in zip(tape.renewals, ends, strict=True):
        yield renewal.t, _holder(renewal)
        if due is not None and end - renewal.t > due + LEASE_SLACK:
            yield renewal.t + due, State(Tone.AWAY, f"not renewed for {seconds(end - renewal.t)}")


def _holder(renewal: Renewal) -> State:
    return State(Tone.GOOD, renewal.holder, True) if renewal.holder else State(Tone.AWAY, "held by nobody")


def of_hosts(tape: Tape) -> Iterator[Lane]:
    for name, trace in sorted(tape.state.hosts.items()):
        switched = [(power.t, power.on) for power in tape.state.power if power.host == name]
        views = [(version.at.t, version.value) for version in trace.versions]
        found: list[tuple[float, State | None]] = []
        for t in sorted({t for t, _ in switched} | {t for t, _ in views}):
            view = next((view for at, view in reversed(views) if at <= t), views[0][1])
            powered = next((on for at, on in reversed(switched) if at <= t), True)
            found.append((t, states.of_host(view.node, powered=powered) if view.exists else None))
        yield Lane(group=Group.HOSTS, key=name, name=name, bars=bars(f"cluster node {name}", found, tape.end))
