"""`run --explain` and the reason of a step that never fired: exact for each part, never at odds with the trigger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.history.reader import read
from harness.history.state import State
from harness.model.events import Stage, Verb
from harness.oracles.conditions import holds
from harness.oracles.decide import decided
from harness.oracles.explaining import explain, unfired
from harness.scenario.types import Scenario, Step
from tests.oracles.build import Tape, header, node, spec

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = Path(__file__).parents[1] / "corpus"
HISTORIES = sorted(CORPUS.glob("*-1.jsonl.gz"))
RUNNING = {"node": {"template": "main", "phase": "Running"}}


def step(when: dict[str, Any], verb: dict[str, Any] | None = None) -> Step:
    return Step.model_validate({"when": when, "inject": verb or {"delete-pod": {"force": True}}})


def why(tape: Tape, when: dict[str, Any]) -> str:
    return explain(step(when).when, tape.state)


def test_nothing_is_there_yet() -> None:
    assert why(Tape(), RUNNING) == "waits for node template main, phase Running: there is no node yet"


def test_the_right_node_in_the_wrong_phase() -> None:
    tape = Tape().workflow("Running", node("main", "Pending"))
    assert why(tape, RUNNING) == (
        "waits for node template main, phase Running: nearest is main: phase is Pending, wanted Running "
        "(template matches)"
    )


def test_of_several_nodes_the_one_with_most_words_right_is_nearest() -> None:
    attempts = [
        node(f"a{n}", phase, name=f"wf({n})", displayName=f"wf({n})") for n, phase in enumerate(("Failed", "Pending"))
    ]
    told = why(Tape().workflow("Running", *attempts), {"node": {"template": "main", "retry": 1, "phase": "Running"}})
    assert told == (
        "waits for node template main, retry 1, phase Running: nearest is wf(1): phase is Pending, "
        "wanted Running (template and retry match)"
    )


def test_a_word_that_fits_nothing_is_told_with_what_it_is_instead() -> None:
    tape = Tape().workflow("Running", node("main", "Running"))
    told = why(tape, {"node": {"template": "main", "retry": 0, "phase": "Running"}})
    assert told.endswith("nearest is main: retry is not set, wanted 0 (template and phase match)")


def test_a_template_that_no_node_has_names_the_nodes_there_are() -> None:
    tape = Tape().workflow("Running", node("main", "Running"), node("other", "Failed"))
    told = why(tape, {"node": {"template": "ghost", "phase": "Running"}})
    assert told.endswith("none is like it, only main Running, other Failed")


def test_a_retry_node_is_said_not_to_be_an_attempt() -> None:
    told = why(Tape().workflow("Running", node("r", "Running", type="Retry")), RUNNING)
    assert told.endswith("nearest is r: type is Retry, wanted an attempt of it (template and phase match)")


def test_a_moment_that_is_over_is_told_with_its_span() -> None:
    tape = Tape().workflow("Running", node("main", "Running"))
    began = tape.t
    tape.workflow("Running", node("main", "Succeeded"), dt=2.0)
    assert why(tape, RUNNING).endswith(
        f"phase is Succeeded, wanted Running (template matches; it was so from {began:+.1f} s to {tape.t:+.1f} s)"
    )


def test_a_container_and_a_pod_that_is_gone() -> None:
    when = {"pod": {"template": "main", "container": {"name": "wait", "state": "running"}}}
    tape = Tape().workflow("Running", node("main", "Running")).pod("u1", wait=0)
    assert why(tape, when).endswith(
        "nearest is pod pod-u1: container wait is terminated, wanted running (template matches)"
    )
    tape.pod("u1", wait=0, verb=Verb.DELETED)
    assert f"it is gone since {tape.t:+.1f} s, wanted there" in why(tape, when)


def test_a_task_result_with_the_other_label() -> None:
    tape = Tape().workflow("Running", node("main", "Running")).pod("u1").result("main", "true")
    told = why(tape, {"taskResult": {"template": "main", "completed": False}})
    assert told == (
        "waits for task result template main, completed false: nearest is task result main: completed is "
        "true, wanted false (template matches)"
    )


def test_what_holds_is_told_after_what_does_not() -> None:
    tape = Tape().workflow("Running", node("main", "Pending"))
    told = why(tape, {"workflow": {"phase": "Running"}} | RUNNING)
    assert told.startswith("waits for node template main, phase Running")
    assert told.endswith("; holds already: workflow Running")


def test_each_of_all_is_told_by_its_number() -> None:
    tape = Tape().workflow("Running", node("main", "Pending"))
    told = why(tape, {"all": [{"workflow": {"phase": "Running"}}, RUNNING]})
    assert told.startswith("1 of 2: holds already: workflow Running; 2 of 2: waits for node template main")


def test_of_any_every_way_is_told() -> None:
    tape = Tape().workflow("Running", node("main", "Pending"))
    told = why(tape, {"any": [RUNNING, {"landed": "first"}]})
    assert told.startswith("none of 2: (waits for node template main, phase Running: nearest is main")
    assert told.endswith(" or (waits for first to land: it is not armed yet)")


def test_nth_counts_and_names_the_next_candidate() -> None:
    tape = Tape().workflow("Running", node("a", "Running"), node("b", "Pending"))
    assert why(tape, RUNNING | {"nth": 2}) == (
        "number 2 of them, 1 so far; waits for node template main, phase Running: nearest is b: phase is Pending, "
        "wanted Running (template matches)"
    )


def test_an_nth_that_has_moved_on_says_so() -> None:
    tape = Tape().workflow("Running", node("a", "Running"))
    tape.workflow("Running", node("a", "Succeeded"), node("b", "Running"))
    tape.workflow("Running", node("a", "Succeeded"), node("b", "Failed"))
    told = why(tape, RUNNING | {"nth": 2})
    assert "number 2 of them was b: phase is Failed, wanted Running (template matches; it was so" in told


def test_after_is_told_whether_the_rest_holds_or_not() -> None:
    waiting = step(RUNNING | {"after": "5s"})
    tape = Tape().workflow("Running", node("main", "Pending"))
    assert unfired(waiting, tape.state, tape.t).endswith("wanted Running (template matches); then 5s more")
    tape.workflow("Running", node("main", "Running")).pod("u1")
    assert unfired(waiting, tape.state, tape.t) == "its moment is here (node main Running); then 5s more"


def test_a_moment_without_a_victim_names_what_there_is() -> None:
    kill = step(RUNNING, {"kill-process": {"container": "sidecar"}})
    tape = Tape().workflow("Running", node("main", "Running")).pod("u1")
    assert unfired(kill, tape.state, tape.t) == (
        "its moment is here (node main Running), but kill-process finds nothing to aim at: "
        "pod pod-u1 has main running, wait running"
    )


def test_hosts_and_landings() -> None:
    method = [{"name": "first", "when": RUNNING, "inject": {"power-off": {}}}]
    tape = Tape(header(spec(method=method))).workflow("Running", node("main", "Running")).pod("u1").host()
    assert why(tape, {"host": {"ready": False}}) == "waits for the host not ready: no step has hit one yet"
    tape.fire(host="node-1")
    assert "node-1 has Ready True since" in why(tape, {"host": {"ready": False}})
    assert why(tape, {"landed": "first"}) == "waits for first to land: it is accepted"
    tape.step(Stage.UNPROVEN, detail="no proof")
    assert why(tape, {"landed": "first"}) == "waits for first to land: it is unproven, no proof"


def test_a_run_that_ends_without_the_moment_says_what_came_nearest() -> None:
    scenario = spec(method=[{"name": "first", "when": RUNNING, "inject": {"delete-pod": {}}}])
    tape = Tape(header(scenario)).workflow("Running", node("main", "Pending")).step(Stage.ARMED)
    tape.workflow("Error", node("main", "Error", finished=1))
    decision = decided(Scenario.model_validate(scenario), "v3.7.15", tape.state, tape.t + 3)
    assert decision.text.startswith("the workflow ended first: waits for node template main, phase Running")
    assert decision.text.endswith("nearest is main: phase is Error, wanted Running (template matches)")


def moments(path: Path) -> Iterator[tuple[Step, State]]:
    """Every step of a recorded history that is still armed, after every entry."""
    recording = read(path)
    scenario, state = Scenario.model_validate(recording.header.scenario.spec), State.of(recording.header)
    for entry in recording.entries():
        state.apply(entry)
        for index, trace in state.steps.items():
            if trace.triggered is None and not trace.problem:
                yield scenario.method[index], state


def test_the_explanation_and_the_trigger_never_disagree() -> None:
    waits = fires = 0
    for path in HISTORIES:
        for armed, state in moments(path):
            told = unfired(armed, state, state.t)
            fired = holds(armed.when, state, armed, state.t) is not None
            assert fired == (told.startswith("its moment is here") and "nothing to aim at" not in told), path.name
            assert fired or "waits for" in told or "nothing to aim at" in told, path.name
            fires, waits = fires + fired, waits + (not fired)
    assert waits > 500
    assert fires >= len(HISTORIES) / 2
