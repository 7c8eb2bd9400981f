"""An exported scenario is a valid experiment that holds all of the scenario but what it lists itself as lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from chaoslib import substitute
from chaoslib.configuration import load_configuration
from chaoslib.experiment import ensure_experiment_is_valid
from click.testing import CliRunner

from harness.chaos import deeds
from harness.chaos.chronicle import Moment
from harness.chaos.exporting import experiment
from harness.cli.export import Readable, export
from harness.run.submission import manifest
from harness.scenario.conditions import Condition, NodeSelector
from harness.scenario.discover import discover
from harness.scenario.expectation import Expectation
from harness.scenario.load import load_all
from harness.scenario.types import KnownBug, Scenario, Step

ROOT = Path(__file__).parents[2]
SCENARIOS = [one.scenario for path in discover([ROOT / "scenarios"]) for one in load_all(path)]
SEEDS = ROOT / "scenarios" / "seeds"

Raw = dict[str, Any]


def arguments(activity: Raw, configuration: Raw) -> Raw:
    """As the function will get them from Chaos Toolkit."""
    given: Raw = substitute(activity["provider"].get("arguments", {}), load_configuration(configuration), {})
    return given


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_every_scenario_is_a_valid_experiment(scenario: Scenario) -> None:
    made = experiment(scenario)
    ensure_experiment_is_valid(made)
    assert json.loads(json.dumps(made)) == made
    assert yaml.safe_load(yaml.dump(made, Dumper=Readable)) == made


NOT_SAID = {"heal_after": None, "probability": None, "seed": None}
"""Of a step: an experiment undoes it in an action of its own, and draws nothing, which its description says."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_nothing_of_a_scenario_is_lost_on_the_way(scenario: Scenario) -> None:
    """The workflow, with every `$` of its scripts, each step and what is expected come back as they were."""
    made = experiment(scenario)
    submit, *rest = [{**each, "given": arguments(each, made["configuration"])} for each in made["method"]]
    assert submit["given"]["workflow"] == manifest(scenario, submit["given"]["namespace"])
    assert submit["given"].get("objects", []) == [dict(each) for each in scenario.objects]
    heals = [each for each in rest if each["provider"]["func"] == "heal"]
    assert [each["pauses"]["before"] for each in heals] == [s.heal_after for s in scenario.method if s.heal_after]
    pairs = [each for each in rest if each not in heals]
    assert [again(*pair) for pair in zip(pairs[::2], pairs[1::2], strict=True)] == [
        step.model_copy(update={"name": scenario.step_name(index), "proof_within": 30.0} | NOT_SAID)
        for index, step in enumerate(scenario.method)
    ]
    judged = arguments(made["steady-state-hypothesis"]["probes"][0], made["configuration"])
    assert Expectation.model_validate(judged["expect"]) == scenario.expect
    assert tuple(map(KnownBug.model_validate, judged.get("known_bugs", []))) == scenario.known_bugs


def again(wait: Raw, act: Raw) -> Step:
    """The step as the session of the experiment will note it."""
    target = NodeSelector.model_validate(wait["given"]["target"]) if "target" in wait["given"] else None
    moment = Moment(
        when=Condition.model_validate(wait["given"]["when"]),
        target=target,
        name=wait["given"]["step"],
        subject=None,
        seq=0,
        text="",
    )
    own = {key.replace("_", "-"): v for key, v in act["given"].items() if key not in ("workflow", "namespace")}
    step = deeds.of_verb(act["provider"]["func"].replace("_", "-"), moment, **own).step
    assert step is not None
    return Step.model_validate(
        {**step.model_dump(mode="json", by_alias=True, exclude_none=True), "within": wait["given"]["within"]}
    )


def test_what_is_lost_is_listed() -> None:
    by_name = {scenario.name: experiment(scenario) for scenario in SCENARIOS}
    told = by_name["task-result-lost"]["description"]
    assert "the moment itself" in told
    assert "that it is skipped on Argo <3.5.3" in told
    assert "a-is-killed has a probability of 0.5: it always comes" in by_name["by-chance"]["description"]
    minus = by_name["task-result-lost"]["extensions"][0]["minus"]
    assert all(f"- {each}" in told for each in minus)


def test_the_command_writes_what_its_file_name_says(tmp_path: Path) -> None:
    for name in ("experiment.json", "experiment.yaml"):
        done = CliRunner().invoke(export, [str(SEEDS / "oom-wait.yaml"), "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    text = (tmp_path / "experiment.json").read_text(encoding="utf-8")
    assert json.loads(text) == yaml.safe_load((tmp_path / "experiment.yaml").read_text(encoding="utf-8"))


def test_of_several_variants_one_must_be_named() -> None:
    path = str(ROOT / "scenarios" / "faults" / "delete-pod.yaml")
    done = CliRunner().invoke(export, [path])
    assert str(done.exception) == (
        f"{path} has the variants short-grace, long-grace, force, and one is wanted; name it with --variant"
    )
    done = CliRunner().invoke(export, [path, "--variant", "zzz"])
    assert str(done.exception) == f"{path} has no variant 'zzz'; it has short-grace, long-grace, force"
    done = CliRunner().invoke(export, [path, "--variant", "short-grce"])
    assert "did you mean 'short-grace'?; it has " in str(done.exception)
    done = CliRunner().invoke(export, [str(SEEDS / "oom-wait.yaml"), "--variant", "zzz"])
    assert str(done.exception) == f"{SEEDS / 'oom-wait.yaml'} has no variants; leave --variant out"
    done = CliRunner().invoke(export, [path, "--variant", "force"])
    assert yaml.safe_load(done.output)["extensions"][0]["scenario"] == "delete-pod@force"


def test_an_api_fault_says_what_cluster_it_needs() -> None:
    told = {scenario.name: experiment(scenario)["description"] for scenario in SCENARIOS}
    assert "`shakedown cluster up dev --argo RELEASE --api-proxy`" in told["slow-api"]
    assert "--api-proxy" not in told["force-delete"]
