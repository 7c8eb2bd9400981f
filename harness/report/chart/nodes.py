"""The lanes of the workflow and of its nodes, nested by their names: what goes on from another's is part of it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from harness.report.chart import states
from harness.report.chart.bars import bars
from harness.report.chart.model import Glyph, Group, Lane, Point
from harness.report.chart.words import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from harness.history.traces import NodeTrace
    from harness.model.workflow import Node
    from harness.report.chart.tape import Tape

DEEPEST: Final = 8
_NUMBER: Final = re.compile(r"(\d+)")
EXIT_HANDLER: Final = ".onExit"


def of_workflow(tape: Tape) -> Iterator[Lane]:
    """The phase, and below it what makes a phase final: the label, and the stamp."""
    state = tape.state
    if state.submitted is None:
        return
    until = state.deleted.t if state.deleted else tape.end
    phases = ((v.at.t, states.of_phase(v.value.phase, v.value.message)) for v in state.course)
    yield Lane(group=Group.WORKFLOW, key=state.name, name=state.name, bars=bars(state.name, phases, until))
    labels = ((t, states.of_label(completed)) for t, completed in tape.completed)
    name = "label completed"
    yield Lane(
        group=Group.WORKFLOW, key="completed", name=name, depth=1, bars=bars(name, labels, until), points=_stamps(tape)
    )


def _stamps(tape: Tape) -> tuple[Point, ...]:
    """`finishedAt` where it says; a stamp has whole seconds, and so may lie before what it is about."""
    return tuple(
        Point(
            t=min(max(tape.state.t_at(stamp), 0.0), seen),
            glyph=Glyph.FINISHED,
            text="finishedAt",
            detail=f"finishedAt, a stamp in whole seconds\nfirst seen at {seen:+.3f} s",
        )
        for seen, stamp in tape.finished
    )


def of_nodes(tape: Tape, broken: Mapping[str, list[Point]], aimed: Collection[str]) -> Iterator[Lane]:
    """In the order of the tree. `broken` are violations by node, `aimed` the nodes that a step was about."""
    for depth, key, trace in _tree(tape.state.nodes, tape.state.name):
        node = trace.last
        points = tuple(broken.get(key, ()))
        versions = ((v.at.t, states.of_phase(v.value.phase, v.value.message) if v.value else None)
                    for v in trace.versions)  # fmt: skip
        name = called(node).removeprefix(f"{tape.state.name}.") if node.on_exit else called(node)
        drawn = bars(f"{name} ({node.type})", versions, tape.end)
        bad = bool(drawn) and drawn[-1].tone not in states.CALM
        worth = 4 * bool(points) + 3 * (key in aimed) + 2 * bad + (depth == 0)
        yield Lane(group=Group.NODES, key=key, name=name, depth=depth, bars=drawn, points=points, worth=worth)


def called(node: Node) -> str:
    name = one_line(node.display_name or node.name)
    return name if node.template in ("", name) else f"{name} · {node.template}"


def _tree(nodes: Mapping[str, NodeTrace], workflow: str) -> Iterator[tuple[int, str, NodeTrace]]:
    by_name = {trace.last.name: key for key, trace in nodes.items()}
    below: dict[str | None, list[str]] = defaultdict(list)
    for key, trace in nodes.items():
        below[_parent(trace.last.name, by_name, workflow)].append(key)
    todo = [(0, key) for key in _ordered(below[None], nodes)]
    while todo:
        depth, key = todo.pop()
        yield min(depth, DEEPEST), key, nodes[key]
        todo += [(depth + 1, child) for child in _ordered(below[key], nodes)]


def _parent(name: str, by_name: Mapping[str, str], workflow: str) -> str | None:
    """The id of the node whose name this one goes on from, None for a root, such as the workflow's exit handler."""
    if name == f"{workflow}{EXIT_HANDLER}":
        return None
    cut = len(name)
    while (cut := max(name.rfind(".", 0, cut), name.rfind("(", 0, cut), name.rfind("[", 0, cut))) > 0:
        if (parent := by_name.get(name[:cut])) is not None:
            return parent
    return None


def _ordered(keys: list[str], nodes: Mapping[str, NodeTrace]) -> list[str]:
    """Last first, for they are taken from the end: by when they came, and then by name, (10) after (9)."""
    return sorted(keys, key=lambda key: (nodes[key].versions[0].at.seq, _natural(nodes[key].last.name)), reverse=True)


def _natural(name: str) -> list[tuple[int, str]]:
    return [(len(part), part) if part.isdecimal() else (0, part) for part in _NUMBER.split(name)]
