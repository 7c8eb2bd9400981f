"""Chaos Toolkit finds, understands and checks the actions: a wrong experiment is refused before it does anything."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from chaoslib.discovery.discover import discover_actions
from chaoslib.exceptions import ActivityFailed, InvalidActivity
from chaoslib.experiment import ensure_experiment_is_valid
from chaoslib.provider.python import run_python_activity

from harness.chaos import actions
from harness.scenario.verbs import Do, Inject

ROOT = Path(__file__).parents[2]
VERBS = sorted({*Inject.model_fields, *Do.model_fields})
NO_CLUSTER = {"shakedown_cluster": "there-is-none"}
NEEDED: dict[str, dict[str, object]] = {
    "fill_disk": {"path": "/work"},
    "swap_argo": {"to": "v4.0.2"},
    "configure_controller": {"config": {"parallelism": "1"}},
    "change_semaphore": {"config_map": "limits", "key": "places", "limit": "0"},
    "delete_semaphore": {"config_map": "limits", "key": "places"},
    "edit_workflow": {"patch": {"spec": {"suspend": True}}},
    "chaos_toolkit": {"action": "chaosk8s.pod.actions:terminate_pods", "proof": {"pod": {"deleting": True}}},
}
"""What cannot be left out."""


def action(func: str, **arguments: object) -> dict[str, Any]:
    provider = {"type": "python", "module": "harness.chaos.actions", "func": func, "arguments": arguments}
    return {"type": "action", "name": func, "provider": provider}


def experiment(*method: dict[str, Any]) -> dict[str, Any]:
    return {"title": "t", "description": "d", "method": list(method)}


def arguments_of(func: str) -> dict[str, object]:
    aim = {"workflow": "mine"} if "workflow" in inspect.signature(getattr(actions, func)).parameters else {}
    return aim | NEEDED.get(func, {})


def test_every_verb_is_an_action_and_nothing_else_but_the_undoing() -> None:
    assert sorted(actions.__all__) == sorted([*VERBS, "heal", "uncordon"])


def test_discovery_tells_what_each_action_does_and_takes() -> None:
    found = {each["name"]: each for each in discover_actions("harness.chaos.actions")}
    assert sorted(found) == sorted(actions.__all__)
    for each in found.values():
        assert each["doc"]
        kinds = {argument["name"]: argument["type"] for argument in each["arguments"]}
        assert (kinds.pop("configuration"), kinds.pop("secrets")) == ("object", "object")
        assert set(kinds.values()) <= {"string", "boolean", "integer", "mapping"}
        json.dumps(each)


@pytest.mark.parametrize("func", actions.__all__)
def test_the_usual_parameters_are_there(func: str) -> None:
    parameters = inspect.signature(getattr(actions, func)).parameters
    assert list(parameters)[-2:] == ["configuration", "secrets"]


@pytest.mark.parametrize("func", actions.__all__)
def test_an_experiment_with_it_is_valid(func: str) -> None:
    ensure_experiment_is_valid(experiment(action(func, **arguments_of(func))))


def test_a_wrong_or_missing_argument_is_refused_by_validation() -> None:
    with pytest.raises(InvalidActivity, match="pot"):
        ensure_experiment_is_valid(experiment(action("drain", workflow="mine", pot="a")))
    with pytest.raises(InvalidActivity, match="workflow"):
        ensure_experiment_is_valid(experiment(action("retry")))


@pytest.mark.parametrize("func", sorted({*actions.__all__} - {"heal"}))
def test_each_fails_in_one_line_where_there_is_no_cluster(func: str) -> None:
    """Every verb is built from its arguments before the cluster is looked for."""
    with pytest.raises(ActivityFailed) as caught:
        run_python_activity(action(func, **arguments_of(func)), NO_CLUSTER, {})
    assert str(caught.value).endswith("there is no cluster there-is-none; `shakedown cluster up` starts one")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("func", "wrong", "said"),
    [
        ("kill_process", {"signal": "STOP"}, "signal: Input should be 'HUP', 'INT'"),
        ("delete_pod", {"force": "yes"}, "force: Input should be a valid boolean"),
        ("delete_pod", {"grace": "5"}, "grace: Value error, '5' is not a duration"),
        ("relabel_task_result", {"completed": "maybe"}, "completed: Input should be 'true' or 'false'"),
    ],
)
def test_a_bad_value_is_refused_before_the_cluster_is_touched(func: str, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ActivityFailed, match=re.escape(said)):
        getattr(actions, func)("mine", configuration=NO_CLUSTER, **wrong)


def test_a_bad_configuration_is_refused() -> None:
    with pytest.raises(ActivityFailed, match="shakedown_proof_within is 'soon', not a number of seconds"):
        actions.ACTIONS["stop"]("mine", configuration={"shakedown_proof_within": "soon"})


@pytest.mark.parametrize("page", ["README.md", "docs/chaos-toolkit.md"])
def test_the_examples_in_the_documents_are_valid(page: str) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    examples = [block for block in blocks if "harness.chaos.actions" in block]
    assert examples
    for block in examples:
        ensure_experiment_is_valid({"title": "t", "description": "d"} | yaml.safe_load(block))
