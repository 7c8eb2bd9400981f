"""One file, several cases."""

from pathlib import Path

import pytest

from harness.model.errors import UsageError
from harness.scenario.load import load, load_all
from tests.scenario.writing import changed, messages, write

MORE = """\
parameters: {time: 5, phase: Succeeded, loud: false}
variants:
  - {name: short}
  - {name: long, parameters: {time: 50, phase: Failed}}
"""


def varied(more: str = MORE) -> str:
    return changed(
        ('"sleep 5"', '"sleep ${time}; $${time} ${HOME} ${loud}"'),
        ("limit: 2", 'limit: "${time}"'),
        ("phase: Succeeded", 'phase: "${phase}"'),
        more=more,
    )


def args(workflow: dict[str, object]) -> object:
    spec = workflow["spec"]
    assert isinstance(spec, dict)
    return spec["templates"][0]


def test_one_scenario_for_each_variant(tmp_path: Path) -> None:
    short, long = load_all(write(tmp_path, varied()))
    assert [short.scenario.name, long.scenario.name] == ["good@short", "good@long"]
    assert [one.scenario.expect.workflow.phase for one in (short, long) if one.scenario.expect.workflow] == [
        "Succeeded",
        "Failed",
    ]
    assert long.scenario.parameters == {"time": 50, "phase": "Failed", "loud": False}
    assert short.scenario.variants == ()


def test_a_whole_value_keeps_its_type_and_a_part_becomes_text(tmp_path: Path) -> None:
    long = load_all(write(tmp_path, varied()))[1]
    template = long.scenario.workflow["spec"]["templates"][0]
    assert template["retryStrategy"] == {"limit": 50}
    assert template["container"]["args"] == ["sleep 50; ${time} ${HOME} false"]


def test_defaults_alone_give_one_scenario(tmp_path: Path) -> None:
    path = write(tmp_path, varied("parameters: {time: 5, phase: Succeeded, loud: false}\n"))
    assert load(path).scenario.name == "good"


def test_one_scenario_is_wanted(tmp_path: Path) -> None:
    path = write(tmp_path, varied())
    with pytest.raises(UsageError, match="has 2 variants"):
        load(path)


def test_without_parameters_nothing_is_touched(tmp_path: Path) -> None:
    path = write(tmp_path, changed(('"sleep 5"', '"i=5; sleep ${i}"')))
    assert load(path).scenario.workflow["spec"]["templates"][0]["container"]["args"] == ["i=5; sleep ${i}"]


def test_a_problem_of_every_variant_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path, varied().replace("container: wait", "container: wate"))
    assert messages(path) == [
        "20:40: container: no 'wate' in template 'main', did you mean 'wait'?; containers: helper, init, main, wait"
    ]


def test_parameters_reach_a_workflow_file(tmp_path: Path) -> None:
    text = varied()
    head, rest = text.split("workflow:\n", 1)
    body, tail = rest.split("method:")
    flow = "\n".join(line.removeprefix("  ") for line in body.splitlines())
    (tmp_path / "flow.yaml").write_text(flow.replace("${loud}", "${loud}${lout}"), encoding="utf-8")
    path = write(tmp_path, f"{head}workflow: flow.yaml\nmethod:{tail}")
    assert messages(path) == ["11:65: no parameter 'lout', did you mean 'loud'?; $${lout} is left alone"]
