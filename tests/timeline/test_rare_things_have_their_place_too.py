"""Cases that no history of the corpus has: gaps of a watch, other leaders, steps that go wrong, damaged files."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.history.reader import read
from harness.model.events import Gap, NodePower, Resource, Seen, Stage, StepChanged, Verb
from harness.model.objects import ClusterNode, Lease
from harness.model.pods import Pod
from harness.report.chart import assembly
from harness.report.chart.model import Group, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.events import AnyEntry, Watched
    from harness.report.chart.model import Bar, Chart

STUCK = Path(__file__).parents[1] / "corpus" / "task-result-lost-v3.5.10-1.jsonl.gz"


def bars(chart: Chart, group: Group) -> tuple[Bar, ...]:
    (lane,) = chart.group(group)
    return lane.bars


def seen(seq: int, resource: Resource, found: Watched, verb: Verb = Verb.MODIFIED) -> Seen:
    return Seen(seq=seq, t=float(seq), wall=float(seq), resource=resource, verb=verb, version=str(seq), object=found)


def pod(phase: str) -> Pod:
    return Pod(name="w-1", namespace="n", uid="p", phase=phase, workflow="w")


def test_a_gap_of_a_watch_covers_what_nobody_saw(made_up: Callable[..., Chart]) -> None:
    drawn = made_up(
        seen(1, Resource.POD, pod("Pending")),
        Gap(seq=2, t=3.0, wall=3.0, resource=Resource.POD, why="410 Gone"),
        seen(5, Resource.POD, pod("Failed")),
    )
    assert [(hole.group, hole.start, hole.end) for hole in drawn.holes] == [(Group.PODS, 1.0, 5.0)]
    assert "410 Gone" in drawn.holes[0].detail


def test_a_new_holder_and_a_lease_without_one_are_told_apart(made_up: Callable[..., Chart]) -> None:
    def lease(seq: int, holder: str) -> Seen:
        found = Lease(
            name="workflow-controller", namespace="argo", uid="l", holder=holder, renewed=str(seq), transitions=1
        )
        return seen(seq, Resource.LEASE, found)

    drawn = made_up(lease(1, "one"), lease(2, "one"), lease(3, ""), lease(4, "two"), lease(9, "two"), lease(30, "two"))
    assert [(bar.text, bar.start) for bar in bars(drawn, Group.LEASE)] == [
        ("one", 1.0), ("held by nobody", 3.0), ("two", 4.0), ("not renewed for 21.0 s", 14.0), ("two", 30.0)
    ]  # fmt: skip


def test_a_node_that_comes_back_is_ready_again(made_up: Callable[..., Chart]) -> None:
    def host(seq: int, ready: str) -> Seen:
        found = ClusterNode(name="node-1", uid="h", ready=ready, unschedulable=False, taints=())
        return seen(seq, Resource.NODE, found)

    def power(seq: int, *, on: bool) -> NodePower:
        return NodePower(seq=seq, t=float(seq), wall=float(seq), host="node-1", on=on, processes=0)

    drawn = made_up(host(1, "True"), power(2, on=False), host(3, "Unknown"), power(4, on=True), host(5, "True"))
    assert [bar.text for bar in bars(drawn, Group.HOSTS)] == [
        "Ready",
        "powered off",
        "powered off, NotReady (Unknown)",
        "NotReady (Unknown)",
        "Ready",
    ]


def test_a_step_that_went_wrong_says_why(made_up: Callable[..., Chart]) -> None:
    def step(seq: int, stage: Stage, detail: str = "") -> StepChanged:
        return StepChanged(seq=seq, t=float(seq), wall=float(seq), step=0, verb="drain", stage=stage, detail=detail)

    drawn = made_up(step(1, Stage.TRIGGERED), step(2, Stage.ACCEPTED), step(4, Stage.UNPROVEN, "no eviction was seen"))
    assert [moment.style for moment in drawn.flags[0].moments] == [Style.TRIGGERED, Style.ACCEPTED, Style.WRONG]
    assert drawn.flags[0].text == "accepted +1000 ms · unproven: no eviction was seen"


def test_a_step_whose_moment_never_came_has_a_flag_where_it_was_given_up(made_up: Callable[..., Chart]) -> None:
    missed = StepChanged(seq=1, t=9.0, wall=9.0, step=0, verb="drain", stage=Stage.MISSED, detail="too late")
    assert [(flag.t, flag.text) for flag in made_up(missed).flags] == [(9.0, "missed: too late")]


def test_a_damaged_history_is_drawn_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = read(STUCK)
    plain = tmp_path / "history.jsonl"
    kept: list[AnyEntry] = list(whole.entries())[:30]
    source = read_lines(whole.path)[:31]
    plain.write_text("".join(source), encoding="utf-8")
    drawn = assembly.of_recording(replace(whole, path=plain))
    assert drawn.end == kept[-1].t
    assert drawn.damage == "line 31: truncated: the file stops without its end"
    assert drawn.headline.verdict == "infra"
    assert "truncated" in drawn.headline.reason
    assert drawn.group(Group.PODS)


def read_lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return stream.readlines()


def test_a_history_of_nothing_is_still_a_picture(made_up: Callable[..., Chart]) -> None:
    drawn = made_up()
    assert drawn.lanes == ()
    assert drawn.flags == ()
