from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.cells import Artefacts
from harness.model.events import Gap, Noted, Resource, Seen, Stage, StepChanged, Verb
from harness.model.objects import ClusterEvent, ClusterNode, Lease, TaskResult
from harness.model.phases import Phase
from harness.model.verdicts import Check
from harness.model.workflow import Node, Workflow
from harness.report import node_table, recorded, timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.cells import CellResult
    from harness.model.events import AnyEntry, Watched

    Golden = Callable[[str, str], None]


def _seen(seq: int, resource: Resource, found: Watched, verb: Verb = Verb.MODIFIED) -> Seen:
    return Seen(seq=seq, t=float(seq), wall=float(seq), resource=resource, verb=verb, version="1", object=found)


def test_a_whole_history(history: tuple[AnyEntry, ...], golden: Golden) -> None:
    golden("timeline.txt", timeline.text(history))


def test_a_history_of_a_real_cluster(cells: tuple[CellResult, ...], golden: Golden) -> None:
    path = Path(__file__).parent / "histories" / "force-delete-v3.7.15.jsonl.gz"
    story = recorded.read(replace(cells[0], artefacts=Artefacts(folder=path.parent, history=path)))
    assert story.problem == ""
    assert story.workflow is not None
    golden("force-delete.txt", "".join(f"{line}\n" for line in story.lines) + "\n" + node_table.nodes(story.workflow))


def test_only_what_changed_is_told(history: tuple[AnyEntry, ...]) -> None:
    told = [line.split("  ", 2)[-1] for line in timeline.lines(history)]
    assert len(told) == len(set(told))


def test_every_other_kind_of_object() -> None:
    entries = (
        _seen(1, Resource.TASK_RESULT, TaskResult(name="w-1", namespace="n", uid="1", workflow="w", completed=None)),
        _seen(2, Resource.TASK_RESULT, TaskResult(name="w-1", namespace="n", uid="1", workflow="w", completed=False)),
        _seen(3, Resource.NODE, ClusterNode(name="node-1", uid="2", ready="True", unschedulable=False, taints=())),
        _seen(4, Resource.NODE, ClusterNode(name="node-1", uid="2", ready="Unknown", unschedulable=True, taints=())),
        _seen(5, Resource.LEASE, Lease(name="c", namespace="argo", uid="3", holder="a", renewed="1", transitions=1)),
        _seen(6, Resource.LEASE, Lease(name="c", namespace="argo", uid="3", holder="a", renewed="2", transitions=1)),
        _seen(7, Resource.LEASE, Lease(name="c", namespace="argo", uid="3", holder="b", renewed="3", transitions=2)),
        _seen(8, Resource.EVENT, ClusterEvent(
            name="e", namespace="n", uid="4", about="Pod/p", reason="Evicted", message="bye\nbye", type="Warning",
        )),
        Gap(seq=9, t=9.0, wall=9.0, resource=Resource.POD, why="410 Gone"),
        StepChanged(seq=10, t=9.5, wall=9.5, step=1, verb="drain", stage=Stage.UNPROVEN, detail="x" * 500),
        Noted(seq=11, t=10.0, wall=10.0, text="done"),
    )  # fmt: skip
    told = list(timeline.lines(entries))
    assert told[:9] == [
        "      +1.000s  taskresult  w-1 no label",
        "      +2.000s  taskresult  w-1 no label -> completed=false",
        "      +3.000s  host        node-1 Ready=True",
        "      +4.000s  host        node-1 Ready=True -> Ready=Unknown unschedulable",
        "      +5.000s  lease       c held by a",
        "      +7.000s  lease       c held by a -> held by b",
        "      +8.000s  event       Pod/p Evicted: bye bye",
        "!!    +9.000s  gap         pod: 410 Gone",
        told[8],
    ]
    assert told[8].startswith("!!    +9.500s  step 1      drain unproven: xxx")
    assert told[8].endswith("…")
    assert len(told) == 10


def test_node_table(golden: Golden) -> None:
    nodes = (
        _node("w", "w", "Retry", Phase.FAILED, 10.0, 25.0, children=("a", "b"), message="No more retries left"),
        _node("a", "w(0)", "Pod", Phase.ERROR, 10.0, 14.0, message="OOMKilled (exit code 137)"),
        _node("b", "w(1)", "Pod", Phase.FAILED, 15.0, None),
        _node("c", "later", "Pod", Phase.UNKNOWN, None, None),
    )
    found = Workflow(
        name="w", namespace="n", uid="u", phase=Phase.FAILED, started_at=9.0, nodes={node.id: node for node in nodes}
    )
    golden("nodes.txt", node_table.nodes(found))


def _node(
    identity: str,
    name: str,
    kind: str,
    phase: Phase,
    start: float | None,
    end: float | None,
    *,
    children: tuple[str, ...] = (),
    message: str = "",
) -> Node:
    return Node(
        id=identity,
        name=name,
        display_name=name,
        type=kind,
        template="main",
        phase=phase,
        message=message,
        started_at=start,
        finished_at=end,
        children=children,
    )


def test_checks_that_do_not_hold_come_first() -> None:
    found = (
        Check(name="nodes[0].phase", expected="Error", seen="Error", holds=True, line=33),
        Check(name="workflow.phase", expected="Error", seen="Running", holds=False, line=31),
    )
    assert [line.split() for line in node_table.checks(found).splitlines()[1:]] == [
        ["NOT", "workflow.phase", "Error", "Running", "31"],
        ["ok", "nodes[0].phase", "Error", "Error", "33"],
    ]


def test_no_nodes_at_all() -> None:
    empty = Workflow(name="w", namespace="n", uid="u", phase=Phase.UNKNOWN)
    assert node_table.nodes(empty).split() == [
        "node",
        "template",
        "type",
        "phase",
        "started",
        "took",
        "attempts",
        "message",
    ]
