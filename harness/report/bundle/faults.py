"""What was done to the workflow, when, and how it is known that it happened: a report without it is an anecdote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.events import Command, Gap, KernelKill, NodePower, Nudged, StepChanged
from harness.report.bundle.documents import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.model.events import AnyEntry, Target
    from harness.model.verdicts import Landing
    from harness.report.bundle.evidence import Evidence


def page(evidence: Evidence) -> str:
    """`faults.md`. Times are seconds since the history began."""
    landings = evidence.cell.judgement.landings
    parts = [
        "# Faults and actions",
        "",
        "Times are seconds since the recording began; `seq` counts entries of the history.",
        "",
    ]
    if not landings:
        parts += ["Nothing was done to this workflow.", ""]
    for landing in landings:
        parts += [*_landing(landing, evidence), ""]
    other = list(_other(evidence.entries))
    if other:
        parts += ["## What else was done or seen", "", "| t | what |", "|---|---|", *other, ""]
    return "\n".join(parts)


def _landing(landing: Landing, evidence: Evidence) -> Iterator[str]:
    method = evidence.spec.get("method", ())
    yield f"## {landing.step + 1}. {landing.name}: {landing.verb}"
    yield ""
    if landing.step < len(method):
        yield f"```yaml\n{written(method[landing.step])}```"
        yield ""
    yield "| | |"
    yield "|---|---|"
    for name, value in _facts(landing, [e for e in evidence.entries if _about(e, landing)]):
        yield f"| {name} | {' '.join(value.split()).replace('|', '/')} |"


def _about(entry: AnyEntry, landing: Landing) -> bool:
    return isinstance(entry, StepChanged | Command) and entry.step == landing.step


def _facts(landing: Landing, entries: Iterable[AnyEntry]) -> Iterator[tuple[str, str]]:
    if landing.not_drawn:
        yield "in this run", landing.not_drawn
        return
    yield "triggered", _time(landing.triggered)
    yield "accepted", _time(landing.accepted)
    if landing.latency is not None:
        yield "latency, from the watch event to the accepted call", f"{landing.latency * 1000:.1f} ms"
    yield "landed", _time(landing.landed)
    yield "proof", landing.proof or "**none**"
    if landing.problem:
        yield "problem", landing.problem
    for entry in entries:
        if isinstance(entry, StepChanged):
            cause = f", because of entry {entry.cause}" if entry.cause is not None else ""
            yield f"{entry.stage} at {entry.t:.3f}", f"entry {entry.seq}{cause}: {entry.detail} {_target(entry.target)}"
        elif isinstance(entry, Command):
            yield f"command at {entry.t:.3f}", f"`{' '.join(entry.argv)}`: exit {entry.exit_code}; {entry.output}"


def _target(target: Target | None) -> str:
    if target is None:
        return ""
    named = {name: getattr(target, name) for name in target.__dataclass_fields__}
    return f"({', '.join(f'{name} {value}' for name, value in named.items() if value)})"


def _time(t: float | None) -> str:
    return "never" if t is None else f"{t:.3f} s"


def _other(entries: Iterable[AnyEntry]) -> Iterator[str]:
    for entry in entries:
        match entry:
            case KernelKill():
                what = f"the kernel killed {entry.task} (pid {entry.pid}), out of memory: `{entry.line}`"
            case NodePower():
                what = f"{entry.host} was switched {'on' if entry.on else 'off'}; {entry.processes} processes left"
            case Nudged():
                answer = "accepted" if entry.accepted else "refused"
                what = f"the workflow was nudged by an annotation ({answer}): {entry.detail}"
            case Gap():
                what = f"the watch of {entry.resource} has a gap: {entry.why}"
            case _:
                continue
        yield f"| {entry.t:.3f} | {' '.join(what.split()).replace('|', '/')} |"
