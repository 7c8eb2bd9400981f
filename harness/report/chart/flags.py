"""What cuts across the lanes: faults with their stages, nudges, what the kernel did, and broken invariants."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from harness.model.events import Resource, Stage
from harness.report.chart.bars import span
from harness.report.chart.model import Flag, Glyph, Group, Hole, Moment, Point, Span, Style
from harness.report.chart.words import counted, one_line, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.history.traces import NudgeTrace, StepTrace
    from harness.model.verdicts import Violation
    from harness.oracles.stuck import Stuck
    from harness.report.chart.tape import Lost, Tape

MOST: Final = 9
"""Violations with a flag of their own."""
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_GROUPS: Final = {
    Resource.WORKFLOW: (Group.WORKFLOW, Group.NODES),
    Resource.POD: (Group.PODS,),
    Resource.TASK_RESULT: (Group.RESULTS,),
    Resource.LEASE: (Group.LEASE,),
    Resource.NODE: (Group.HOSTS,),
}


def of_steps(tape: Tape) -> Iterator[Flag]:
    for index, trace in sorted(tape.state.steps.items()):
        moments = _moments(tape, trace)
        if not moments:
            continue
        name = tape.state.step_name(index)
        number = _CIRCLED[index] if 0 <= index < len(_CIRCLED) else f"({index + 1})"
        title = f"{number} {trace.verb}" + (f" “{name}”" if name != trace.verb else "")
        yield Flag(moments=moments, title=title, text=_latencies(trace), detail=_told(tape, index, title))


def _moments(tape: Tape, trace: StepTrace) -> tuple[Moment, ...]:
    stages = (trace.triggered, Style.TRIGGERED), (trace.accepted, Style.ACCEPTED), (trace.landed, Style.LANDED)
    found = [Moment(t=at.t, style=style) for at, style in stages if at is not None]
    if trace.problem:
        found.append(Moment(t=tape.problems.get(trace.step, tape.end), style=Style.WRONG))
    return tuple(sorted(found, key=lambda moment: moment.t))


def _latencies(trace: StepTrace) -> str:
    """Each stage counts from the trigger, as the latencies of the reports do."""
    began, words = trace.triggered, []
    if trace.accepted:
        words.append(f"accepted {_after(began.t, trace.accepted.t)}" if began else "accepted")
    if trace.landed:
        words.append(f"landed {_after(began.t, trace.landed.t)}" if began else "landed")
    if trace.problem:
        words.append(f"{trace.stage}: {one_line(trace.problem)}")
    return " · ".join(words) or "triggered, never accepted"


def _after(began: float, t: float) -> str:
    """Milliseconds up to ten seconds: a latency is what it is about."""
    return f"+{(t - began) * 1000:.0f} ms" if t - began < 10 else f"+{seconds(t - began)}"


def _told(tape: Tape, index: int, title: str) -> str:
    trace = tape.state.steps[index]
    lines = [title]
    for stage in Stage:
        at = getattr(trace, stage, None)
        said = tape.said.get((index, stage), "")
        if at is not None or said:
            lines.append(f"{stage}{f' {at.t:+.3f} s' if at else ''}{f': {one_line(said)}' if said else ''}")
    return "\n".join(lines)


def of_nudges(tape: Tape) -> Iterator[Flag]:
    for nudge in tape.state.nudges:
        text = _answer(nudge)
        detail = f"nudge: an annotation of the workflow was changed\n{nudge.at.t:+.3f} s\n{text}"
        yield Flag(moments=(Moment(t=nudge.at.t, style=Style.NUDGE),), title="nudge", text=text, detail=detail)


def _answer(nudge: NudgeTrace) -> str:
    if not nudge.accepted:
        return "refused"
    return f"it went on {seconds(nudge.moved.t - nudge.at.t)} later" if nudge.moved else "changed nothing"


def of_kernel(tape: Tape) -> Iterator[Flag]:
    """One for each container: a memory limit that is reached may cost several processes."""
    for kills in tape.state.kernel_kills.values():
        first = kills[0]
        tasks = Counter(kill.value.task for kill in kills)
        text = ", ".join(f"{task} {number}x" if number > 1 else task for task, number in tasks.items())
        moment = Moment(t=first.at.t, style=Style.KERNEL)
        detail = "\n".join(["out of memory, says the kernel's log", *(one_line(kill.value.line) for kill in kills[:3])])
        yield Flag(moments=(moment,), title="kernel: out of memory", text=f"killed {text}", detail=detail)


def of_violations(tape: Tape, violations: Sequence[Violation]) -> Iterator[Flag]:
    for violation in violations[:MOST]:
        waived = f" (waived: {one_line(violation.waived)})" if violation.waived else ""
        moment = Moment(t=tape.times.get(violation.seq, tape.end), style=Style.VIOLATION)
        text = one_line(violation.message) + waived
        detail = f"invariant {violation.invariant}\n{moment.t:+.3f} s\n{text}"
        yield Flag(moments=(moment,), title=f"✗ {violation.invariant}", text=text, detail=detail)
    if rest := violations[MOST:]:
        moment = Moment(t=tape.times.get(rest[0].seq, tape.end), style=Style.VIOLATION)
        yield Flag(moments=(moment,), title=f"✗ and {counted(len(rest), 'more violation')}")


def broken(tape: Tape, violations: Sequence[Violation]) -> dict[str, list[Point]]:
    """The violations by the node that is to blame."""
    found: dict[str, list[Point]] = {}
    for violation in violations:
        t = tape.times.get(violation.seq)
        if violation.node and t is not None:
            detail = f"invariant {violation.invariant}\n{t:+.3f} s\n{one_line(violation.message)}"
            found.setdefault(violation.node, []).append(Point(t=t, glyph=Glyph.BROKEN, detail=detail))
    return found


def of_quiet(tape: Tape, stuck: Stuck) -> tuple[Flag, Span]:
    lasted = seconds(tape.end - stuck.since)
    text = f"nothing changed for {lasted}: stuck, {stuck.cause}"
    detail = f"quiet: {text}\nsince {stuck.since:+.3f} s\n{one_line(stuck.evidence)}"
    flag = Flag(moments=(Moment(t=stuck.since, style=Style.QUIET),), title="quiet", text=text, detail=detail)
    return flag, Span(start=stuck.since, end=tape.end, detail=detail)


def of_gap(lost: Lost, tape: Tape) -> Iterator[Hole]:
    resource = lost.gap.resource
    end = lost.until if lost.until is not None else tape.end
    detail = f"the watch of {resource} had lost its place: {one_line(lost.gap.why)}\n{span(lost.since, end)}"
    for group in _GROUPS.get(resource, ()):
        yield Hole(group=group, start=lost.since, end=end, detail=detail)
