"""The release of a history is what its first line says, and no verdict is given where the controllers contradict it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.history.reader import read
from harness.history.state import State
from harness.model.header import ControllerSettings
from harness.model.image import Image
from harness.model.verdicts import Judgement, Verdict
from harness.mutation import corpus
from harness.oracles.contradiction import contradiction
from harness.oracles.judge import declared, judge
from harness.oracles.proofs import controllers
from tests.oracles.build import FAST, Tape, header, node, spec

SWAP = {"when": {"workflow": {"phase": "Running"}}, "do": {"swap-argo": {"to": "v3.7.15"}}}
ELECTING = ControllerSettings(env=FAST | {"LEADER_ELECTION_LEASE_DURATION": "4s", "LEADER_ELECTION_RETRY_PERIOD": "1s"})


def tape(**more: Any) -> Tape:
    return Tape(header(spec(**more), argo="v3.5.10", settings=ELECTING)).lease()


def ended(tape: Tape) -> Judgement:
    tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1)).end()
    return judge(tape.header, tape.entries)


def test_a_controller_of_another_release_is_infra_and_named() -> None:
    judgement = ended(tape().controller("c1", tag="v3.7.15"))
    assert judgement.verdict is Verdict.INFRA
    assert judgement.reason == ("the history says Argo v3.5.10, but its controller workflow-controller-c1 ran v3.7.15")


def test_a_controller_that_takes_over_with_another_release_is_infra() -> None:
    assert ended(tape().controller("c1", tag="v3.5.10").controller("c2", tag="v3.5.11")).verdict is Verdict.INFRA


@pytest.mark.parametrize(
    "image",
    [
        "quay.io/argoproj/workflow-controller:v3.5.10",
        "quay.io/argoproj/workflow-controller:3.5.10",
        "registry.example:5000/argo/workflow-controller:v3.5.10@sha256:0123",
        "quay.io/argoproj/workflow-controller@sha256:0123",
        "registry.example:5000/workflow-controller",
        "registry.example/workflow-controller:latest",
        "registry.example/workflow-controller:v3.7.15-company.2",
        "registry.example/flows:v9.0.0",
        "sha256:0123",
    ],
)
def test_an_image_that_says_the_same_or_no_release_is_no_reason(image: str) -> None:
    assert ended(tape().controller("c1", image=image)).verdict is Verdict.PASS


def test_a_digest_hides_no_tag() -> None:
    image = "registry.example:5000/argo/workflow-controller:v3.7.15@sha256:0123"
    assert ended(tape().controller("c1", image=image)).verdict is Verdict.INFRA


@pytest.mark.parametrize(("deleting", "runs"), [(True, True), (False, False)])
def test_one_on_its_way_out_or_that_never_ran_served_nobody(*, deleting: bool, runs: bool) -> None:
    made = tape().controller("c0", tag="v3.7.15", deleting=deleting, runs=runs)
    assert ended(made.controller("c1", tag="v3.5.10")).verdict is Verdict.PASS


def swapped(before: str, after: str) -> Judgement:
    made = tape(method=[SWAP]).workflow("Running", node("main", "Running", started=0))
    made.controller("c1", tag=before).lease(holder="workflow-controller-c1").fire()
    made.controller("c2", tag=after).controller("c1", tag=before, deleting=True)
    return ended(made)


def test_after_a_swap_the_other_release_is_what_the_scenario_wanted() -> None:
    assert swapped("v3.5.10", "v3.7.15").verdict is not Verdict.INFRA


def test_after_a_swap_a_third_release_is_infra_and_named() -> None:
    made = tape(method=[SWAP]).workflow("Running", node("main", "Running", started=0))
    made.controller("c1", tag="v3.5.10").lease(holder="workflow-controller-c1").fire()
    made.controller("c2", tag="v3.7.14").controller("c1", tag="v3.5.10", deleting=True)
    judgement = ended(made)
    assert judgement.verdict is Verdict.INFRA
    said = "the history says Argo v3.5.10, then v3.7.15, but its controller workflow-controller-c2 ran v3.7.14"
    assert judgement.reason == said


def test_what_a_later_swap_brings_may_not_serve_before_it() -> None:
    back = SWAP | {"name": "back", "do": {"swap-argo": {"to": "v3.6.0"}}}

    def served(*tags: str) -> Judgement:
        made = tape(method=[SWAP | {"name": "on"}, back]).workflow("Running", node("main", "Running", started=0))
        for index, tag in enumerate(tags):
            made.fire(index).controller(f"c{index}", tag=tag)
        return ended(made)

    assert served("v3.6.0", "v3.6.0").verdict is Verdict.INFRA
    assert served("v3.7.15", "v3.6.0").verdict is not Verdict.INFRA
    assert served("v3.7.15", "v3.5.11").verdict is Verdict.INFRA


def test_a_swap_that_is_undone_brings_the_release_of_before_back() -> None:
    made = tape(method=[SWAP]).workflow("Running", node("main", "Running", started=0))
    made.controller("c1", tag="v3.5.10").lease(holder="workflow-controller-c1").fire()
    made.controller("c2", tag="v3.7.15").controller("c1", tag="v3.5.10", deleting=True)
    made.controller("c3", tag="v3.5.10").controller("c2", tag="v3.7.15", deleting=True)
    assert ended(made).verdict is not Verdict.INFRA


def test_before_a_swap_it_is_as_wrong_as_without_one() -> None:
    judgement = swapped("v3.6.0", "v3.7.15")
    assert (judgement.verdict, "ran v3.6.0" in judgement.reason) == (Verdict.INFRA, True)


def test_what_is_no_release_is_compared_with_nothing() -> None:
    assert Image.parse("not an image at all").release is None
    assert contradiction(tape().controller("c1").state, "a build of mine", ()) == ""


def test_every_recorded_controller_ran_what_its_history_says_and_betrays_any_other() -> None:
    shown = 0
    for sample in corpus.samples():
        recording = read(corpus.CORPUS / sample.file)
        state, method = State.of(recording.header), declared(recording.header).method
        for entry in recording.entries():
            state.apply(entry)
        ran = any(controllers.runs(pod) for trace in state.controllers.values() for _, pod in trace.versions)
        shown += ran
        assert contradiction(state, recording.header.argo, method) == "", sample.file
        assert bool(contradiction(state, "v3.6.0", method)) is ran, sample.file
    assert shown > 0
