"""A history and its verdict as a chart: every lane that there is room for, and the rest counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from harness.model.verdicts import Judgement, Verdict
from harness.oracles.judge import judge
from harness.oracles.stuck import stuck
from harness.report.chart import flags, nodes, pods, surroundings
from harness.report.chart.model import Bar, Chart, Flag, Group, Headline, Lane, Tone
from harness.report.chart.states import CALM
from harness.report.chart.tape import Tape
from harness.report.chart.words import counted, one_line, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.history.reader import Recording
    from harness.model.events import AnyEntry
    from harness.model.header import Header

MOST_LANES: Final = 40
"""Lanes of one group that are drawn; more would be a picture that nobody can read."""
_THINGS: Final = {Group.NODES: "node", Group.PODS: "pod", Group.RESULTS: "task result", Group.HOSTS: "cluster node"}
_VERDICTS: Final = {
    Verdict.PASS: ("✓", Tone.GOOD),
    Verdict.KNOWN_BUG: ("✓", Tone.WAITING),
    Verdict.SKIPPED: ("-", Tone.OFF),
    Verdict.FIXED: ("✗", Tone.FAILED),
    Verdict.FAIL: ("✗", Tone.FAILED),
    Verdict.INCONCLUSIVE: ("?", Tone.ERROR),
    Verdict.INFRA: ("!", Tone.AWAY),
}


def of_recording(recording: Recording, judgement: Judgement | None = None) -> Chart:
    """`judgement` where there is one already; the same history always gives the same."""
    judged = judgement or judge(recording.header, recording.entries())
    return assemble(recording.header, recording.entries(), judged)


def assemble(header: Header, entries: Iterable[AnyEntry], judgement: Judgement, most: int = MOST_LANES) -> Chart:
    tape = Tape(header, {violation.seq for violation in judgement.violations})
    tape.play(entries)
    raised, quiet = _raised(tape, judgement), None
    if (found := stuck(tape.state, tape.end)) is not None:
        flag, quiet = flags.of_quiet(tape, found)
        raised.append(flag)
    return Chart(
        headline=_headline(tape, judgement),
        end=tape.end,
        lanes=tuple(_fitting(_lanes(tape, judgement), most)),
        flags=tuple(sorted(raised, key=lambda flag: flag.t)),
        holes=tuple(hole for lost in tape.lost for hole in flags.of_gap(lost, tape)),
        quiet=quiet,
        damage=tape.problem,
    )


def _raised(tape: Tape, judgement: Judgement) -> list[Flag]:
    return [
        *flags.of_steps(tape),
        *flags.of_kernel(tape),
        *flags.of_nudges(tape),
        *flags.of_violations(tape, judgement.violations),
    ]


def _lanes(tape: Tape, judgement: Judgement) -> Iterator[Lane]:
    targets = [trace.target for trace in tape.state.steps.values() if trace.target]
    yield from nodes.of_workflow(tape)
    broken = flags.broken(tape, judgement.violations)
    yield from nodes.of_nodes(tape, broken, {target.node_id for target in targets})
    yield from pods.of_pods(tape, {target.pod_uid for target in targets})
    yield from surroundings.of_results(tape)
    yield from surroundings.of_lease(tape)
    yield from surroundings.of_hosts(tape)


def _headline(tape: Tape, judgement: Judgement) -> Headline:
    header, (mark, tone) = tape.header, _VERDICTS[judgement.verdict]
    began = datetime.fromtimestamp(header.started, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    about = f"Kubernetes {header.kubernetes} · provider {header.provider} · cgroup {header.cgroup}"
    damaged = f" · recording damaged: {tape.problem}" if tape.problem else ""
    return Headline(
        title=f"{header.scenario.name} on Argo Workflows {header.argo}",
        verdict=judgement.verdict.replace("-", " "),
        mark=mark,
        tone=tone,
        reason=one_line(judgement.reason),
        about=f"{about} · {seconds(tape.end)} from {began}{damaged}",
    )


def _fitting(lanes: Iterable[Lane], most: int) -> Iterator[Lane]:
    for group, found in groupby(lanes, key=lambda lane: lane.group):
        yield from _fit(group, _families(list(found)), most)


def _families(lanes: Sequence[Lane]) -> list[list[Lane]]:
    """A pod and its containers stay together; of nodes each stands for itself."""
    found: list[list[Lane]] = []
    for lane in lanes:
        if lane.group is Group.PODS and lane.depth and found:
            found[-1].append(lane)
        else:
            found.append([lane])
    return found


def _fit(group: Group, families: list[list[Lane]], most: int) -> Iterator[Lane]:
    """Those that are worth most, in their order; then one lane that stands for all others."""
    room, kept = most, set()
    for index in sorted(range(len(families)), key=lambda index: (-families[index][0].worth, index)):
        if room >= len(families[index]):
            kept.add(index)
            room -= len(families[index])
    yield from (lane for index in sorted(kept) for lane in families[index])
    if rest := [family[0] for index, family in enumerate(families) if index not in kept]:
        yield _rest(group, rest)


def _rest(group: Group, lanes: Sequence[Lane]) -> Lane:
    """`and 312 more nodes`, with what became of them."""
    name = f"and {counted(len(lanes), 'more ' + _THINGS.get(group, 'lane'))}"
    last = [lane.bars[-1] for lane in lanes if lane.bars]
    if not last:
        return Lane(group=group, key="rest", name=name)
    ends = Counter(bar.text.partition(":")[0] for bar in last)
    text = ", ".join(ends) if len(ends) == 1 else ", ".join(f"{n} {end}" for end, n in ends.most_common())
    tones = sorted((bar.tone for bar in last), key=lambda tone: tone in CALM)
    bar = Bar(
        start=min(lane.bars[0].start for lane in lanes if lane.bars),
        end=max(bar.start if bar.settled else bar.end for bar in last),
        tone=tones[0],
        text=text,
        detail=f"{name}, not drawn\n{text}",
    )
    return Lane(group=group, key="rest", name=name, bars=(replace(bar, end=max(bar.end, bar.start)),))
