"""The lanes of pods, each with its containers below it. A pod that is made anew under its name is another pod."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from harness.report.chart import states
from harness.report.chart.bars import bars
from harness.report.chart.model import Glyph, Group, Lane, Point, Tone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from harness.history.traces import PodTrace
    from harness.model.pods import Pod
    from harness.report.chart.tape import Tape


def of_pods(tape: Tape, aimed: Collection[str]) -> Iterator[Lane]:
    """`aimed` are the UIDs of the pods that a step was about."""
    again: Counter[str] = Counter()
    for uid, trace in tape.state.pods.items():
        name = trace.pod.name
        again[name] += 1
        called = _short(name, tape.state.name) + (f" #{again[name]}" if again[name] > 1 else "")
        until = trace.gone.t if trace.gone else tape.end
        worth = 3 * (uid in aimed) + 2 * (_end(trace) not in states.CALM)
        drawn = bars(f"pod {name}\nUID {uid}", ((v.at.t, states.of_pod(v.value)) for v in trace.versions), until)
        gone = _gone(trace, name)
        yield Lane(group=Group.PODS, key=uid, name=called + _where(trace.pod), bars=drawn, points=gone, worth=worth)
        yield from _containers(trace, uid, until)


def _end(trace: PodTrace) -> Tone:
    return states.of_pod(trace.pod).tone


def _short(name: str, workflow: str) -> str:
    """Argo begins the name of a pod with that of its workflow, which the reader knows."""
    return f"…{name.removeprefix(workflow)}" if workflow and name.startswith(f"{workflow}-") else name


def _where(pod: Pod) -> str:
    return f" · {pod.host}" if pod.host else ""


def _gone(trace: PodTrace, name: str) -> tuple[Point, ...]:
    if trace.gone is None:
        return ()
    t = trace.gone.t
    return (Point(t=t, glyph=Glyph.GONE, text="gone", detail=f"pod {name}\nis gone\n{t:+.3f} s"),)


def _containers(trace: PodTrace, uid: str, until: float) -> Iterator[Lane]:
    seen: dict[tuple[bool, str], list[tuple[float, states.State | None]]] = defaultdict(list)
    for version in trace.versions:
        for container in version.value.containers:
            seen[not container.init, container.name].append((version.at.t, states.of_container(container)))
    for (_, name), found in sorted(seen.items()):
        drawn = bars(f"container {name} of {trace.pod.name}", found, until)
        yield Lane(group=Group.PODS, key=f"{uid}/{name}", name=name, depth=1, bars=drawn)
