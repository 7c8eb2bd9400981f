"""A line about a step that the scenario of the history does not have is of another run: no verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.history.reader import read
from harness.model.api import Deed
from harness.model.events import ApiTouched, Command, ReadBack, Stage, StepChanged
from harness.model.verdicts import Judgement, Verdict
from harness.mutation.corpus import CORPUS
from harness.oracles.judge import judge
from tests.oracles.build import Tape, header, node, spec

if TYPE_CHECKING:
    from harness.model.events import AnyEntry

STOP = {"when": {"node": {"template": "main", "phase": "Running"}}, "do": {"stop": {}}}
DONE = node("main", "Succeeded", started=0, finished=1)


def tape(*method: dict[str, Any]) -> Tape:
    given = spec(method=list(method)) if method else spec()
    return Tape(header(given)).workflow("Running", node("main", "Running", started=0))


def added(tape: Tape, kind: type[AnyEntry], **fields: Any) -> Judgement:
    """The verdict where such a line stands before a good end."""
    stamps: dict[str, Any] = {"seq": len(tape.entries) + 1, "t": tape.t, "wall": tape.entries[-1].wall}
    tape.add(kind(**stamps, **fields)).workflow("Succeeded", DONE).end()
    return judge(tape.header, tape.entries)


def changed(tape: Tape, step: int, verb: str, stage: Stage = Stage.ARMED) -> Judgement:
    return added(tape, StepChanged, step=step, verb=verb, stage=stage)


def test_without_such_a_line_it_passes() -> None:
    made = tape().workflow("Succeeded", DONE).end()
    assert judge(made.header, made.entries).verdict is Verdict.PASS


@pytest.mark.parametrize("stage", Stage)
def test_a_step_that_the_method_does_not_have(stage: Stage) -> None:
    judgement = changed(tape(), 0, "stop", stage)
    assert judgement.verdict is Verdict.INFRA
    assert judgement.reason.startswith("history:3: it is of step 0, and the method has 0")
    assert changed(tape(STOP), 1, "stop", stage).verdict is Verdict.INFRA
    assert changed(tape(STOP), -1, "stop", stage).verdict is Verdict.INFRA


@pytest.mark.parametrize("stage", Stage)
def test_a_step_of_another_verb(stage: Stage) -> None:
    judgement = changed(tape(STOP), 0, "retry", stage)
    assert judgement.verdict is Verdict.INFRA
    assert judgement.reason.startswith("history:3: it says that step 0 is retry, which is stop")


def test_what_was_done_for_a_step_that_the_method_does_not_have() -> None:
    ran: dict[str, Any] = {"argv": ("argo", "stop"), "exit_code": 0, "output": "", "seconds": 0.1}
    read_back: dict[str, Any] = {"subject": "a disk", "before": "", "after": "full"}
    touched: dict[str, Any] = {
        "deed": next(iter(Deed)), "number": 1, "client": "c", "verb": "get", "resource": "pods", "path": "/",
        "status": 0, "seconds": 0.0,
    }  # fmt: skip
    for kind, fields in ((Command, ran), (ReadBack, read_back), (ApiTouched, touched)):
        assert added(tape(STOP), kind, step=1, **fields).verdict is Verdict.INFRA
        assert added(tape(STOP), kind, step=0, **fields).verdict is not Verdict.INFRA


def test_a_recorded_run_is_of_no_other_scenario() -> None:
    """The steps of a real history held against a method that has them in another place, or not at all."""
    recording = read(CORPUS / "node-power-off-v3.5.10-1.jsonl.gz")
    entries, known = list(recording.entries()), recording.header.scenario
    method = known.spec["method"]
    assert len({next(iter(step.get("inject") or step["do"])) for step in method}) > 1
    for other in (method[1:], [*method[1:], method[0]], method[:-1]):
        given = replace(recording.header, scenario=replace(known, spec={**known.spec, "method": other}))
        assert judge(given, entries).verdict is Verdict.INFRA
