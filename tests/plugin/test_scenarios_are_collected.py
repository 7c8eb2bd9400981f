"""One test for each scenario and release, selected as pytest's users are used to; nothing is started for a look."""

import pytest

from tests.plugin.conftest import NEW, OLD, Scenarios

pytest_plugins = "pytester"


VARIANTS = "parameters: {seconds: 6}\nvariants:\n  - {name: short}\n  - {name: long, parameters: {seconds: 60}}\n"


def ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_one_test_for_each_scenario_and_release(scenarios: Scenarios) -> None:
    scenarios.add("a")
    scenarios.add("b")
    result = scenarios.run("--collect-only", "-q")
    assert result.ret == 0
    assert ids(result) == [f"scenarios/{name}.yaml::{name}[{argo}]" for name in "ab" for argo in (OLD, NEW)]


def test_looking_starts_nothing_and_writes_nothing(scenarios: Scenarios) -> None:
    scenarios.add("a")
    scenarios.run("--collect-only", "-q")
    assert scenarios.started() == []
    assert not (scenarios.pytester.path / "reports").exists()


def test_without_a_release_the_plugin_does_nothing(scenarios: Scenarios) -> None:
    (scenarios.folder / "broken.yaml").write_text("name: [\n")
    result = scenarios.run(releases=())
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert not (scenarios.pytester.path / "reports").exists()


@pytest.mark.parametrize("named", ["scenarios/a.yaml", "scenarios", "."])
def test_who_forgets_the_release_is_told_what_to_say(scenarios: Scenarios, named: str) -> None:
    scenarios.add("a")
    result = scenarios.pytester.runpytest_subprocess(named)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "not found" not in result.stdout.str() + result.stderr.str()
    said = "scenarios run on releases of Argo, and none was named; say for example"
    result.stdout.fnmatch_lines([said, f"  pytest scenarios/a.yaml --argo {NEW}"])


def test_tests_beside_scenarios_are_not_lectured(scenarios: Scenarios) -> None:
    scenarios.add("a")
    scenarios.pytester.makepyfile("def test_mine(): pass")
    result = scenarios.pytester.runpytest_subprocess(".")
    result.assert_outcomes(passed=1)
    assert "releases of Argo" not in result.stdout.str()


def test_a_variant_is_a_test_of_its_own(scenarios: Scenarios) -> None:
    path = scenarios.add("a", ("sleep 6", "sleep ${seconds}"))
    path.write_text(path.read_text() + VARIANTS)
    result = scenarios.run("--collect-only", "-q", releases=(NEW,))
    assert ids(result) == [f"scenarios/a.yaml::a@{variant}[{NEW}]" for variant in ("short", "long")]


def test_only_what_is_selected_is_run(scenarios: Scenarios) -> None:
    scenarios.add("kept")
    scenarios.add("other")
    scenarios.run("-k", "kept and v3.7.15").assert_outcomes(passed=1, deselected=3)
    assert scenarios.started() == [f"kept[{NEW}]"]


def test_releases_can_be_given_in_one_word(scenarios: Scenarios) -> None:
    scenarios.add("a")
    assert len(ids(scenarios.run("--collect-only", "-q", releases=("3.5.10,v3.7.15",)))) == 2


def test_a_workflow_beside_its_scenario_is_no_scenario(scenarios: Scenarios) -> None:
    scenarios.add("a")
    (scenarios.folder / "flow.yaml").write_text("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n")
    assert len(ids(scenarios.run("--collect-only", "-q"))) == 2


def test_a_broken_scenario_is_an_error_with_its_line(scenarios: Scenarios) -> None:
    scenarios.add("good")
    scenarios.add("bad", ("within: 60s", "within: soon"))
    result = scenarios.run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    result.stdout.re_match_lines([r"scenarios/bad\.yaml:\d+:\d+: .*soon.*"])
    assert "Traceback" not in result.stdout.str()
    assert ".py:" not in result.stdout.str()
    assert scenarios.started() == []
    assert list((scenarios.pytester.path / "reports").iterdir()) == []


def test_the_good_ones_run_where_that_is_wished(scenarios: Scenarios) -> None:
    scenarios.add("good")
    scenarios.add("bad", ("within: 60s", "within: soon"))
    result = scenarios.run("--continue-on-collection-errors", releases=(NEW,))
    result.assert_outcomes(errors=1, passed=1)
    assert scenarios.started() == [f"good[{NEW}]"]


def test_a_word_that_is_no_release_is_a_wrong_command(scenarios: Scenarios) -> None:
    scenarios.add("a")
    result = scenarios.run_apart(releases=("latest",))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().splitlines()[0] == "ERROR: 'latest' is not a release; write it like v3.5.10 or 3.5.10"


def test_workers_would_start_a_cluster_each(scenarios: Scenarios) -> None:
    scenarios.add("a")
    result = scenarios.run_apart("-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "leave -n out" in result.stderr.str()
