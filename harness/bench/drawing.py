"""How long a picture of a large workflow takes: 500 nodes, each with a pod, two containers and a task result."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.bench.figures import Figure
from harness.history.reader import read
from harness.model.events import AnyEntry, Ended, EndReason, Resource, Seen, Verb
from harness.model.header import Header
from harness.model.objects import TaskResult
from harness.model.phases import Phase
from harness.model.pods import Container, ContainerState, Pod
from harness.model.verdicts import Judgement, Verdict
from harness.model.workflow import Node, Workflow
from harness.mutation.corpus import CORPUS
from harness.report.chart import assembly, frame, svg

NODES: Final = 500
ASKED: Final = 1.0
RUNS: Final = 5
RECORDED: Final = "drain-v3.7.15-1.jsonl.gz"
"""Its header is that of the made history."""
_FOR: Final = {Phase.PENDING: 0.0, Phase.RUNNING: 2.5, Phase.SUCCEEDED: 9.0}
"""Seconds after the start of a node at which it comes to a phase."""
_APART: Final = 0.25


def measure(folder: Path = CORPUS) -> tuple[Figure, ...]:
    """From entries in memory to the SVG, in processor seconds."""
    entries = tuple(crowd(NODES))
    values = tuple(drawn(header(folder), entries) for _ in range(RUNS))
    return (Figure(name="timeline-of-500-nodes", unit="s", values=values, asked=ASKED),)


def header(folder: Path) -> Header:
    return replace(read(folder / RECORDED).header, workflow="crowd")


def drawn(about: Header, entries: tuple[AnyEntry, ...]) -> float:
    started = time.process_time()
    judgement = Judgement(verdict=Verdict.PASS, reason="Succeeded")
    svg.render(frame.drawn(assembly.assemble(about, entries, judgement)))
    return time.process_time() - started


def crowd(nodes: int) -> Iterator[AnyEntry]:
    """A workflow that fans out into so many nodes, with a version of it for every change of one."""
    made: dict[str, Node] = {}
    seq, t = 0, 0.0
    for t, number, phase in changes(nodes):
        made = {**made, str(number): node(number, phase, made.get(str(number)), t)}
        for resource, found in (
            (Resource.WORKFLOW, workflow(made, seq)),
            (Resource.POD, pod(number, phase)),
            (Resource.TASK_RESULT, task_result(number, phase)),
        ):
            seq += 1
            yield Seen(seq=seq, t=t, wall=t, resource=resource, verb=Verb.MODIFIED, version=str(seq), object=found)
    yield Ended(seq=seq + 1, t=t + 1, wall=t + 1, reason=EndReason.DECIDED)


def changes(nodes: int) -> list[tuple[float, int, Phase]]:
    return sorted((number * _APART + after, number, phase) for number in range(nodes) for phase, after in _FOR.items())


def node(number: int, phase: Phase, before: Node | None, t: float) -> Node:
    if before is not None:
        return replace(before, phase=phase)
    name = f"crowd[0].work({number}:item-{number})"
    return Node(
        id=str(number),
        name=name,
        display_name=f"work({number})",
        type="Pod",
        template="work",
        phase=phase,
        started_at=t,
    )


def workflow(nodes: dict[str, Node], version: int) -> Workflow:
    return Workflow(
        name="crowd",
        namespace="n",
        uid="w",
        phase=Phase.RUNNING,
        nodes=nodes,
        fingerprint=str(version),
        completed=False,
    )


def pod(number: int, phase: Phase) -> Pod:
    containers = tuple(container(name, phase) for name in ("main", "wait")) if phase is not Phase.PENDING else ()
    return Pod(
        name=f"crowd-work-{number}",
        namespace="n",
        uid=f"p{number}",
        phase=phase,
        workflow="crowd",
        containers=containers,
    )


def container(name: str, phase: Phase) -> Container:
    over = phase.terminal
    state = ContainerState.TERMINATED if over else ContainerState.RUNNING
    return Container(name=name, state=state, exit_code=0 if over else None)


def task_result(number: int, phase: Phase) -> TaskResult:
    return TaskResult(name=str(number), namespace="n", uid=f"r{number}", workflow="crowd", completed=phase.terminal)
