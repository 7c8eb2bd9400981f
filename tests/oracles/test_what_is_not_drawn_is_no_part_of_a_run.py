"""A draw can be had again by anybody; what it leaves out is judged as if it were not in the method, and said."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.history.errors import BadHistory
from harness.history.format import decode_header, encode_header
from harness.model.api import Deed
from harness.model.events import ApiTouched, EndReason, Stage, StepChanged
from harness.model.repetition import Repeat
from harness.model.verdicts import Judgement, Verdict
from harness.oracles import repetition
from harness.oracles.decide import decided
from harness.oracles.judge import judge
from harness.oracles.landings import NOT_SAID, WAS_DRAWN, WAS_NOT
from harness.run.method import Method
from harness.run.recording import Recording
from harness.scenario.drawing import draws, number
from harness.scenario.types import Scenario
from tests.oracles.build import Tape, header, node, spec

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.header import Header

WAIT: dict[str, Any] = {
    "pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "container": "wait", "container_id": "u1-wait",
    "host": "node-1", "workflow": "wf",
}  # fmt: skip
RUNNING = {"node": {"template": "main", "phase": "Running"}}
KILL: dict[str, Any] = {"name": "kill", "when": RUNNING, "inject": {"kill-process": {"container": "wait"}}}
CHANCY = KILL | {"probability": 0.5, "seed": 7}
AFTER: dict[str, Any] = {"name": "after", "when": {"landed": "kill"}, "do": {"retry": {}}}
IN, OUT = 1, 2
"""Runs of the seed 7 in which the first step is drawn, and is not."""


def scenario(*method: dict[str, Any], **more: Any) -> Scenario:
    return Scenario.model_validate(spec(method=list(method), **more))


def of(run: int, *method: dict[str, Any], argo: str = "v3.7.15", **more: Any) -> Header:
    return header(spec(method=list(method), **more), argo=argo, run=run)


def ended(tape: Tape) -> Tape:
    return tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1)).pod(
        "u1", "Succeeded", main=0, wait=0
    )


def left_out(head: Header) -> Tape:
    """A run in which no step takes part."""
    tape = Tape(head)
    for index, draw in enumerate(draws(Scenario.model_validate(head.scenario.spec), head.run)):
        tape.step(Stage.NOT_DRAWN, index, detail=draw.text)
    tape.lease().workflow("Running", node("main", "Running", started=0)).pod("u1").result("main", "true")
    return ended(tape)


def hit(head: Header) -> Tape:
    """The first step has landed, and the workflow goes on."""
    tape = Tape(head).lease().workflow("Running", node("main", "Running", started=0)).pod("u1").result("main", "true")
    tape.fire(**WAIT)
    return tape.pod("u1", "Running", wait=137).step(Stage.LANDED)


def killed(head: Header) -> Tape:
    tape = hit(head).workflow("Succeeded", node("main", "Succeeded", started=0, finished=1))
    return tape.pod("u1", "Failed", main=0, wait=137)


def verdict(tape: Tape) -> Judgement:
    return judge(tape.header, tape.entries)


def test_a_draw_is_the_same_everywhere_and_for_ever() -> None:
    """Written down once, so that no change of ours moves what somebody else has drawn."""
    assert [round(number(7, run, 0), 6) for run in (1, 2, 3)] == [0.351212, 0.627221, 0.90034]
    assert (number(7, OUT, 0) >= 0.5, number(7, IN, 0) < 0.5) == (True, True)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9])
def test_draws_come_as_often_as_asked_and_do_not_hang_together(probability: float) -> None:
    made = scenario(CHANCY | {"probability": probability}, CHANCY | {"name": "other", "probability": probability})
    drawn = [[draw.drawn for draw in draws(made, run)] for run in range(1, 4001)]
    for step in (0, 1):
        assert sum(each[step] for each in drawn) / 4000 == pytest.approx(probability, abs=0.03)
    assert sum(all(each) for each in drawn) / 4000 == pytest.approx(probability**2, abs=0.03)


def test_what_is_certain_is_always_drawn_and_says_nothing_of_it() -> None:
    made = scenario(KILL, CHANCY | {"name": "sure", "probability": 1})
    assert all(draw.drawn for run in range(1, 200) for draw in draws(made, run))
    assert draws(made, 1)[0].text == ""


@pytest.mark.parametrize(
    ("when", "drawn"),
    [
        ({"landed": "kill"}, False),
        ({"healed": "kill"}, False),
        ({"host": {"ready": False}}, False),
        ({"all": [RUNNING, {"landed": "kill"}]}, False),
        ({"any": [{"landed": "kill"}, {"healed": "kill"}]}, False),
        ({"any": [RUNNING, {"landed": "kill"}]}, True),
        (RUNNING, True),
    ],
)
def test_what_comes_only_after_it_is_left_out_too(when: dict[str, Any], drawn: bool) -> None:
    first, second = draws(scenario(CHANCY, AFTER | {"when": when}), OUT)
    assert (first.drawn, second.drawn) == (False, drawn)
    assert drawn or "kill was not" in second.text or "what hits the host was not" in second.text


def test_no_node_is_switched_on_that_was_never_switched_off() -> None:
    off = {"name": "off", "when": RUNNING, "inject": {"power-off": {}}}
    on = {"name": "on", "when": {"workflow": {"phase": "Running"}}, "do": {"power-on": {}}}
    assert [draw.drawn for draw in draws(scenario(off | {"probability": 0.5, "seed": 7}, on), OUT)] == [False, False]
    assert [draw.drawn for draw in draws(scenario(off, CHANCY, on), OUT)][-1]


def test_a_run_without_it_passes_and_says_so() -> None:
    judgement = verdict(left_out(of(OUT, CHANCY, AFTER)).end())
    assert judgement.verdict is Verdict.PASS
    assert judgement.reason == "Succeeded; without kill, after, not drawn in this run"
    assert [(each.landed, each.problem) for each in judgement.landings] == [(None, ""), (None, "")]
    assert "seed 7, run 2" in judgement.landings[0].not_drawn


def test_a_run_without_it_fails_all_the_same_where_the_outcome_is_another() -> None:
    expect = {"workflow": {"phase": "Failed"}}
    judgement = verdict(left_out(of(OUT, CHANCY, expect=expect)).end())
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reason.endswith("without kill, not drawn in this run")


def test_a_run_with_it_needs_its_landing_as_ever() -> None:
    assert verdict(killed(of(IN, CHANCY)).end()).verdict is Verdict.PASS
    tape = Tape(of(IN, CHANCY)).lease().workflow("Running", node("main", "Running", started=0)).pod("u1")
    judgement = verdict(ended(tape.step(Stage.ARMED)).end())
    assert (judgement.verdict, judgement.reason[:16]) == (Verdict.INCONCLUSIVE, "kill never fired")


def test_a_history_that_lies_about_the_draw_is_not_believed() -> None:
    """The draw is made again, whatever a line says."""
    said = left_out(of(OUT, CHANCY)).end()
    judgement = judge(replace(said.header, run=IN), said.entries)
    assert (judgement.verdict, judgement.landings[0].problem) == (Verdict.INCONCLUSIVE, WAS_DRAWN)
    drawn = killed(of(IN, CHANCY)).end()
    judgement = judge(replace(drawn.header, run=OUT), drawn.entries)
    assert (judgement.verdict, judgement.landings[0].problem) == (Verdict.INCONCLUSIVE, WAS_NOT)
    masked = [
        replace(entry, stage=Stage.NOT_DRAWN)
        if isinstance(entry, StepChanged) and entry.stage is Stage.LANDED
        else entry
        for entry in drawn.entries
    ]
    assert judge(drawn.header, masked).verdict is Verdict.INCONCLUSIVE


def test_a_landing_of_a_step_that_is_certain_cannot_be_drawn_away() -> None:
    said = Tape(of(OUT, KILL)).step(Stage.NOT_DRAWN, detail="not drawn").lease()
    said.workflow("Running", node("main", "Running", started=0)).pod("u1").result("main", "true")
    assert verdict(ended(said).end()).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("trace", ["read-back", "command", "api", "accepted", "healed"])
def test_what_shows_that_it_fired_all_the_same_is_no_run_without_it(trace: str) -> None:
    tape = left_out(of(OUT, CHANCY))
    match trace:
        case "read-back":
            tape.eviction("u1")
        case "command":
            tape.command()
        case "api":
            tape.add(
                ApiTouched(
                    **tape._stamps(0.1), step=0, deed=Deed.SLOW, number=1, client="c", verb="get", resource="pods",
                    path="/api/v1/pods", status=200, seconds=2.0,
                )
            )  # fmt: skip
        case _:
            tape.step(Stage(trace))
    judgement = verdict(tape.end())
    assert (judgement.verdict, judgement.landings[0].problem) == (Verdict.INCONCLUSIVE, WAS_NOT)


OFF: dict[str, Any] = {"name": "off", "when": RUNNING, "inject": {"power-off": {}}}
SWITCHED: dict[str, Any] = {"probability": 0.5, "seed": 7}


def test_a_node_that_was_switched_off_by_nobody_who_was_drawn_was_switched_all_the_same() -> None:
    alone = verdict(left_out(of(OUT, OFF | SWITCHED)).power(on=False).end())
    assert (alone.verdict, alone.landings[0].problem) == (Verdict.INCONCLUSIVE, WAS_NOT)
    tape = Tape(of(OUT, OFF | SWITCHED, OFF | {"name": "sure"}))
    tape.step(Stage.NOT_DRAWN, detail="not drawn").host().pod("u1").fire(1, host="node-1").power(on=False)
    other = verdict(tape.end())
    assert other.landings[0].problem == ""


def test_what_was_not_drawn_says_so_in_the_history() -> None:
    """Where nobody wrote it down the draw was never made, and so it may have come by another way."""
    silent = Tape(of(OUT, CHANCY)).lease().workflow("Running", node("main", "Running", started=0)).pod("u1")
    judgement = verdict(ended(silent.result("main", "true")).end())
    assert (judgement.verdict, judgement.landings[0].problem) == (Verdict.INCONCLUSIVE, NOT_SAID)


def test_what_the_method_never_came_to_need_not_say_so() -> None:
    tape = Tape(of(OUT, KILL, CHANCY | {"name": "late", "seed": 1, "probability": 0.01})).lease()
    tape.workflow("Running", node("main", "Running", started=0)).pod("u1").step(Stage.ARMED)
    judgement = verdict(ended(tape).end())
    assert (judgement.verdict, judgement.reason[:16]) == (Verdict.INCONCLUSIVE, "kill never fired")
    assert (judgement.landings[1].problem, judgement.landings[1].not_drawn[:9]) == ("", "not drawn")


@pytest.mark.parametrize("run", [0, -1])
def test_runs_count_from_one(run: int) -> None:
    head = json.loads(encode_header(of(1, CHANCY))) | {"run": run}
    with pytest.raises(BadHistory, match=f"'run' is {run}, wanted a whole number above 0"):
        decode_header(json.dumps(head))
    said = left_out(of(OUT, CHANCY)).end()
    assert judge(replace(said.header, run=run), said.entries).verdict is Verdict.INFRA


BUG = {
    "argo": ">=3.5.6,<3.5.11",
    "link": "argoproj/argo-workflows#13373",
    "expect": {"workflow": {"phase": "Failed"}},
}
BUGGY: dict[str, Any] = {"argo": "v3.5.10", "known-bugs": [BUG]}


def failed(tape: Tape) -> Tape:
    """The symptom of the declared bug."""
    return tape.workflow("Failed", node("main", "Failed", started=0, finished=1)).pod("u1", "Failed", main=1, wait=0)


def test_a_bug_that_nothing_brought_about_is_neither_fixed_nor_a_pass() -> None:
    assert verdict(left_out(of(OUT, **BUGGY)).end()).verdict is Verdict.FIXED
    judgement = verdict(left_out(of(OUT, CHANCY, **BUGGY)).end())
    assert (judgement.verdict, judgement.left_out) == (Verdict.INCONCLUSIVE, True)
    assert "without kill, not drawn in this run: the declared bug had no chance to show" in judgement.reason


def test_what_goes_wrong_without_its_fault_is_not_put_down_to_the_bug() -> None:
    tape = Tape(of(OUT, CHANCY, **BUGGY)).step(Stage.NOT_DRAWN, detail="not drawn").lease()
    tape.workflow("Running", node("main", "Running", started=0)).pod("u1")
    judgement = verdict(failed(tape).end())
    assert (judgement.verdict, judgement.left_out, judgement.link) == (Verdict.FAIL, False, "")
    shown = hit(of(IN, CHANCY, **BUGGY)).workflow("Failed", node("main", "Failed", started=0, finished=1))
    assert verdict(shown.end()).verdict is Verdict.KNOWN_BUG


def test_a_symptom_after_some_of_its_steps_is_neither_the_bug_nor_anything_else() -> None:
    """What did land may bring it about by itself."""
    head = of(OUT, KILL | {"name": "sure"}, CHANCY | {"probability": 0.000001}, **BUGGY)
    tape = hit(head).step(Stage.NOT_DRAWN, 1, detail="not drawn")
    judgement = verdict(tape.workflow("Failed", node("main", "Failed", started=0, finished=1)).end())
    assert (judgement.verdict, judgement.left_out) == (Verdict.INCONCLUSIVE, True)
    assert "cannot be told from the declared bug" in judgement.reason


def test_the_symptom_of_a_bug_does_not_end_a_run_that_is_not_about_it() -> None:
    head = of(OUT, CHANCY, **BUGGY)
    tape = failed(Tape(head).step(Stage.NOT_DRAWN).workflow("Running", node("main", "Running", started=0)).pod("u1"))
    found = decided(Scenario.model_validate(head.scenario.spec), "v3.5.10", tape.state, tape.t + 0.1)
    assert found.reason is None


def test_a_run_in_which_nothing_takes_part_is_over_with_its_workflow() -> None:
    head = of(OUT, CHANCY, AFTER)
    tape = left_out(head)
    found = decided(Scenario.model_validate(head.scenario.spec), "v3.7.15", tape.state, tape.t + 0.1)
    assert (found.reason, found.text) == (EndReason.DECIDED, "the outcome holds")


def test_a_cell_in_which_it_was_never_drawn_says_so() -> None:
    out, drawn = verdict(left_out(of(OUT, CHANCY)).end()), verdict(killed(of(IN, CHANCY)).end())
    assert "kill drawn in none" in repetition.together(Repeat.parse("2"), [out, out]).reason
    assert "drawn in none" not in repetition.together(Repeat.parse("2"), [out, drawn]).reason


def test_the_number_of_the_run_is_kept_and_old_histories_are_the_first() -> None:
    head = of(OUT + 4, CHANCY)
    assert decode_header(encode_header(head)).run == OUT + 4
    old = json.loads(encode_header(head))
    del old["run"]
    assert decode_header(json.dumps(old)).run == 1


def test_a_verdict_without_draws_has_the_bytes_of_before() -> None:
    before = json.dumps(verdict(killed(of(IN, KILL)).end()).as_json())
    assert ("not_drawn" in before, "left_out" in before) == (False, False)
    assert "not_drawn" in json.dumps(verdict(left_out(of(OUT, CHANCY)).end()).as_json())


@pytest.mark.parametrize(("run", "stages"), [(OUT, ["not-drawn", "not-drawn"]), (IN, ["armed"])])
def test_the_method_records_what_it_draws(tmp_path: Path, run: int, stages: list[str]) -> None:
    head = of(run, CHANCY, AFTER)
    recording = Recording(tmp_path / "history.jsonl", head, began=time.monotonic(), wall=0.0)
    method = Method(Scenario.model_validate(head.scenario.spec), recording, lambda *_: None)
    method.begin()
    entries = [entry for entry in recording.entries if isinstance(entry, StepChanged)]
    recording.ended(EndReason.DECIDED, "")
    assert [str(entry.stage) for entry in entries] == stages
    assert f"seed 7, run {run}" in entries[0].detail
    assert method.over is (run == OUT)
