"""What containers, the controller's log and the cluster say beside the workflow."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.verdicts import Verdict
from harness.oracles.decide import decided
from harness.oracles.judge import declared, judge
from harness.report.kinds import Kind, kind_of
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.violations import told, violated

DONE = node("main", "Succeeded", started=0, finished=1)


def marked(*messages: str | None, **marker: Any) -> Tape:
    """One pod per message, None for one that goes without a last status."""
    tape = Tape(header(spec(markers=[{"template": "main", "text": "all done"} | marker])))
    tape.workflow("Running", node("main", "Running", started=0))
    for number, message in enumerate(messages):
        if message is None:
            tape.pod(f"u{number}", "Running")
        else:
            tape.pod(f"u{number}", "Succeeded", main=0, wait=0, message=message)
    return tape.workflow("Succeeded", DONE)


def test_a_node_that_succeeded_without_its_last_line() -> None:
    assert violated(marked("all done\n")) == []
    assert violated(marked("")) == ["markers-tell-the-truth"]
    assert "wrote 'all done' never, expected once" in told(marked("almost all done"))


def test_a_node_that_reached_its_last_line_twice() -> None:
    assert violated(marked("all done\nall done")) == ["markers-tell-the-truth"]
    assert violated(marked("all done", "all done")) == ["markers-tell-the-truth"]
    assert violated(marked("", "all done")) == []


def test_of_a_pod_that_went_without_a_word_nothing_is_known() -> None:
    assert violated(marked(None)) == []
    assert violated(marked("", name="other")) == []


def test_a_node_that_failed_need_not_have_reached_its_last_line() -> None:
    tape = Tape(header(spec(markers=[{"template": "main", "text": "all done"}])))
    tape.pod("u1", "Failed", main=1, wait=0)
    assert violated(tape.workflow("Failed", node("main", "Failed", started=0, finished=1))) == []


PANIC = 'time="2026-11-21T05:51:55Z" level=error msg="Recovered from panic" namespace=ns r="index out of range"'
TWICE = 'level=error msg="node is already fulfilled" fromPhase=Error namespace=ns nodeName="wf(0)" toPhase=Pending'


def test_the_controllers_log() -> None:
    over = Tape().workflow("Succeeded", DONE)
    assert violated(over.controller_log()) == []
    both = violated(Tape().workflow("Succeeded", DONE).controller_log(PANIC, TWICE))
    assert both == ["controller-log-clean", "controller-does-not-panic"]
    assert "node is already fulfilled" in told(Tape().workflow("Succeeded", DONE).controller_log(TWICE))
    assert violated(Tape().workflow("Succeeded", DONE).controller_log('level=info msg="Processing workflow"')) == []


@pytest.mark.parametrize(
    "line",
    [
        PANIC,
        "2026-11-21T05:51:50Z panic: send on closed channel",
        "fatal error: concurrent map writes",
        "E1121 05:51:50 panic.go:115] Observed a panic: send on closed channel",
        'E1121 05:51:50 panic.go:115] "Observed a panic" panic="send on closed channel"',
        "2026/11/21 05:51:50 http: panic serving 10.0.0.1:443: send on closed channel",
        'time="2026-11-21T05:51:55Z" level=panic msg="cannot go on"',
        '{"level":"panic","msg":"cannot go on","time":"2026-11-21T05:51:55Z"}',
        'time="2026-11-21T05:51:55Z" level=error msg="panic: send on closed channel"',
    ],
)
def test_no_declaration_about_the_log_excuses_a_panic(line: str) -> None:
    bug = {
        "argo": "*",
        "link": "unreported",
        "expect": {"workflow": {"phase": "Succeeded"}, "violations": ["controller-log-clean"]},
    }
    waiver = {"invariant": "controller-log-clean", "reason": "it says so twice"}
    for declared_so, green in (({"known-bugs": [bug]}, Verdict.KNOWN_BUG), ({"waive": [waiver]}, Verdict.PASS)):
        for lines, wanted in (((TWICE,), green), ((TWICE, line), Verdict.FAIL), ((line,), Verdict.FAIL)):
            tape = Tape(header(spec(**declared_so))).workflow("Succeeded", DONE).controller_log(*lines).end()
            assert judge(tape.header, tape.entries).verdict is wanted


def test_a_panic_is_declared_by_its_own_name() -> None:
    bug = {"argo": "*", "link": "unreported", "expect": {"violations": ["controller-does-not-panic"]}}
    tape = Tape(header(spec(**{"known-bugs": [bug]}))).workflow("Succeeded", DONE).controller_log(PANIC)
    assert judge(tape.header, tape.end().entries).verdict is Verdict.KNOWN_BUG


def left(
    seconds: float,
    phase: str = "Running",
    *,
    deleting: bool = False,
    gc: str = "",
    outcome: str = "Succeeded",
    **more: Any,
) -> Tape:
    collected: dict[str, Any] = {"spec": {"podGC": {"strategy": gc}, "templates": [{"name": "main"}]}} if gc else {}
    ends: dict[str, Any] = {} if phase == "Running" else {"main": 0, "wait": 0}
    node = DONE | {"phase": outcome}
    tape = Tape().lease().pod("u1", phase, deleting=deleting, **more, **ends).workflow(outcome, node, **collected)
    for _ in range(int(seconds) // 5):
        tape.lease(dt=5)
    return tape


def test_a_pod_that_is_left_over() -> None:
    assert violated(left(3)) == []
    assert violated(left(60)) == ["nothing-left-over"]
    assert violated(left(60, "Succeeded")) == []
    assert "pod-u1 is still Running 6" in told(left(60))


def test_a_finalizer_that_is_left_over() -> None:
    held = left(60, "Succeeded", deleting=True, finalizers=("workflows.argoproj.io/status",))
    assert violated(held) == ["nothing-left-over"]


def test_a_pod_that_pod_gc_forgot() -> None:
    assert violated(left(60, "Succeeded", gc="OnPodCompletion")) == ["nothing-left-over"]
    assert violated(left(60, "Succeeded", gc="OnPodSuccess")) == ["nothing-left-over"]
    assert violated(left(60, "Failed", gc="OnPodSuccess")) == []
    assert violated(left(60, "Succeeded", gc="OnWorkflowSuccess")) == ["nothing-left-over"]
    assert violated(left(60, "Succeeded", gc="OnWorkflowSuccess", outcome="Failed")) == []
    assert violated(left(60, "Succeeded", gc="OnPodCompletion", deleting=True)) == []


def test_a_recording_lingers_for_leftovers_if_it_is_told_to() -> None:
    lingering = spec(expect={"workflow": {"phase": "Succeeded"}, "linger": "40s"})
    tape = Tape(header(lingering)).workflow("Succeeded", DONE)
    scenario = declared(tape.header)
    assert decided(scenario, "v3.7.15", tape.state, tape.t + 39).reason is None
    assert decided(scenario, "v3.7.15", tape.state, tape.t + 39).ask_again == tape.t + 40
    assert decided(scenario, "v3.7.15", tape.state, tape.t + 40).reason is not None


def test_a_waived_violation_is_shown_with_its_reason_and_does_not_count() -> None:
    waive = [{"invariant": "controller-does-not-panic", "reason": "this scenario provokes a panic"}]
    tape = Tape(header(spec(waive=waive))).workflow("Succeeded", DONE).controller_log(PANIC).end()
    judgement = judge(tape.header, tape.entries)
    assert judgement.verdict is Verdict.PASS
    assert judgement.reason == "Succeeded; waived controller-does-not-panic: this scenario provokes a panic"
    assert judgement.violations[0].waived == "this scenario provokes a panic"
    counted = judge(header(), tape.entries)
    assert (counted.verdict, kind_of(counted)) == (Verdict.FAIL, Kind.INVARIANT)
