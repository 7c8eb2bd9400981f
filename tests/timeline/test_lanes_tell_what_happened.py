"""The lanes of recorded histories say what the scenarios were recorded for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.report.chart.model import Glyph, Group, Lane, Style, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.report.chart.model import Bar, Chart, Flag

    Charted = Callable[[str], Chart]

STUCK = "task-result-lost-v3.5.10-1"


def lane(chart: Chart, group: Group, name: str) -> Lane:
    found = [lane for lane in chart.group(group) if lane.name.startswith(name)]
    assert found, [lane.name for lane in chart.group(group)]
    return found[0]


def flag(chart: Chart, part: str) -> Flag:
    return next(flag for flag in chart.flags if part in flag.title)


def moment(flag: Flag, style: Style) -> float:
    return next(moment.t for moment in flag.moments if moment.style is style)


def at(lane: Lane, t: float) -> Bar:
    return next(bar for bar in reversed(lane.bars) if bar.start <= t)


def words(lane: Lane) -> list[str]:
    return [bar.text for bar in lane.bars]


def test_a_fault_lands_while_its_pod_runs_and_ends_its_container(chart: Charted) -> None:
    drawn = chart(STUCK)
    kill = flag(drawn, "kill-process")
    triggered, accepted, landed = (moment(kill, s) for s in (Style.TRIGGERED, Style.ACCEPTED, Style.LANDED))
    assert triggered <= accepted <= landed
    assert at(lane(drawn, Group.PODS, "task-result-lost"), triggered).text == "Running"
    wait = lane(drawn, Group.PODS, "wait")
    assert [bar.text for bar in wait.bars] == ["running", "exit 137 Error"]
    assert accepted < wait.bars[1].start <= landed
    assert kill.title == "① kill-process “wait-is-killed”"
    assert (
        kill.text == f"accepted +{(accepted - triggered) * 1000:.0f} ms · landed +{(landed - triggered) * 1000:.0f} ms"
    )


@pytest.mark.parametrize(
    ("name", "ended"), [(STUCK, "Running"), ("task-result-lost-v3.7.15-1", "Error: wait: Error (exit code 137)")]
)
def test_a_lost_task_result_stays_incomplete_and_only_the_bug_makes_the_workflow_wait_for_it(
    chart: Charted, name: str, ended: str
) -> None:
    result = lane(chart(name), Group.RESULTS, "task-result-lost").bars[-1]
    assert (result.text, result.tone, result.end) == ("incomplete", Tone.WAITING, chart(name).end)
    assert lane(chart(name), Group.WORKFLOW, "task-result-lost").bars[-1].text == ended


def test_the_quiet_span_holds_the_nudge_and_lasts_to_the_end(chart: Charted) -> None:
    drawn = chart(STUCK)
    assert drawn.quiet is not None
    nudge = flag(drawn, "nudge")
    assert drawn.quiet.start < nudge.t < drawn.quiet.end == drawn.end
    assert nudge.text == "changed nothing"
    assert flag(drawn, "quiet").text.endswith("stuck, task-result-incomplete")
    assert not any(drawn.quiet.start < bar.start for lane in drawn.group(Group.NODES) for bar in lane.bars)


def test_a_workflow_that_moves_again_is_not_quiet(chart: Charted) -> None:
    drawn = chart("oom-wait-v3.7.15-1")
    assert drawn.quiet is None
    assert flag(drawn, "nudge").text == "it went on 25 ms later"
    assert flag(drawn, "kernel").text == "killed argoexec"


def test_attempts_are_nested_below_their_retry_node(chart: Charted) -> None:
    nodes = chart("graceful-drain-v3.7.15-1").group(Group.NODES)
    assert [(node.depth, node.name) for node in nodes] == [
        (0, "graceful-drain · main"),
        (1, "graceful-drain(0) · main"),
        (1, "graceful-drain(1) · main"),
    ]
    assert [node.bars[-1].text for node in nodes] == ["Succeeded", "Error: pod deleted", "Succeeded"]


def test_an_exit_handler_is_a_tree_of_its_own_with_its_steps_below_it(chart: Charted) -> None:
    nodes = chart("exit-handler-retry-v3.5.10-1").group(Group.NODES)
    assert [(node.depth, node.name) for node in nodes] == [
        (0, "exit-handler-retry · echo"),
        (0, "onExit · exit-handler"),
        (1, "[0]"),
        (2, "fail"),
    ]


def test_a_broken_invariant_is_marked_at_its_entry_and_on_the_node_to_blame(chart: Charted) -> None:
    drawn = chart("exit-handler-retry-v3.5.10-1")
    broken = flag(drawn, "✗ terminal-nodes-stay")
    node = lane(drawn, Group.NODES, "exit-handler-retry")
    assert [(point.t, point.glyph) for point in node.points] == [(broken.t, Glyph.BROKEN)]
    before, after = at(node, broken.t - 0.01), at(node, broken.t)
    assert (before.text, after.text) == ("Succeeded", "Running")


def test_a_pod_that_is_made_anew_under_its_name_is_another_lane(chart: Charted) -> None:
    drawn = chart("force-delete-v3.7.15-1")
    first, second = (pod for pod in drawn.group(Group.PODS) if pod.depth == 0)
    assert second.name.startswith(first.name.split(" · ")[0] + " #2")
    assert [point.glyph for point in first.points] == [Glyph.GONE]
    assert first.bars[-1].end == first.points[0].t <= second.bars[0].start
    deleted = flag(drawn, "delete-pod")
    assert moment(deleted, Style.TRIGGERED) <= first.points[0].t <= moment(deleted, Style.LANDED)


def test_a_drain_cordons_its_node_and_deletes_the_pod_on_it(chart: Charted) -> None:
    drawn = chart("graceful-drain-v3.7.15-1")
    drain = flag(drawn, "drain")
    host = lane(drawn, Group.HOSTS, "node-1")
    assert words(host) == ["Ready", "Ready, cordoned"]
    assert host.bars[1].start == pytest.approx(drain.t, abs=0.5)
    assert any(bar.tone is Tone.ENDING for bar in lane(drawn, Group.PODS, "…-main-3694175044").bars)


def test_a_node_that_is_switched_off_is_shown_so_before_anybody_notices(chart: Charted) -> None:
    drawn = chart("node-power-off-v3.7.15-1")
    host = lane(drawn, Group.HOSTS, "node-2")
    assert words(host)[-2:] == ["powered off", "powered off, NotReady (Unknown)"]
    off = flag(drawn, "power-off")
    assert host.bars[-2].start <= moment(off, Style.ACCEPTED)
    assert host.bars[-1].start <= moment(off, Style.LANDED)


def test_a_controller_that_stops_renewing_is_away(chart: Charted) -> None:
    bars = lane(chart("node-power-off-v3.7.15-1"), Group.LEASE, "leader").bars
    assert [bar.tone for bar in bars] == [Tone.GOOD, Tone.AWAY, Tone.GOOD]
    assert bars[1].text.startswith("not renewed for ")


def test_the_end_of_a_workflow_has_its_label_and_its_stamp(chart: Charted) -> None:
    label = lane(chart("exit-handler-retry-v3.5.10-1"), Group.WORKFLOW, "label completed")
    assert words(label) == ["completed=false", "completed=true", "completed=true"]
    stamps = [point.t for point in label.points if point.glyph is Glyph.FINISHED]
    ends = [bar.start for bar in label.bars if bar.text == "completed=true"]
    assert all(end - 1.0 <= stamp <= end for stamp, end in zip(stamps, ends, strict=True))


def test_states_follow_each_other_within_the_recording(every: Chart) -> None:
    for drawn in every.lanes:
        for bar in drawn.bars:
            assert 0 <= bar.start <= bar.end <= every.end, drawn.name
        for before, after in zip(drawn.bars, drawn.bars[1:], strict=False):
            assert before.end <= after.start, drawn.name
            assert before.end < after.start or before.text != after.text, drawn.name
    assert all(0 <= moment.t <= every.end for flag in every.flags for moment in flag.moments)
    assert [flag.t for flag in every.flags] == sorted(flag.t for flag in every.flags)
