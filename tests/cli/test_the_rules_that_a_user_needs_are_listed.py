"""`doctor --rbac` without a cluster lists what has to be allowed, and does not say that it is."""

from pathlib import Path

from click.testing import CliRunner

from harness.cli.doctor import doctor

FAULTS = Path(__file__).parents[2] / "scenarios" / "faults"


def listed(*words: str) -> list[str]:
    done = CliRunner().invoke(doctor, ["--rbac", *words])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_each_is_needed_and_none_is_called_fine() -> None:
    lines = listed()
    assert {line.split()[0] for line in lines} == {"needs"}
    assert any("pods/eviction" in line for line in lines)


def test_only_what_the_scenarios_ask_for_is_listed() -> None:
    lines = listed(str(FAULTS / "cordon.yaml"))
    assert "needs    get,list,patch,watch nodes" in lines
    assert not [line for line in lines if "pods/eviction" in line]


def test_scenarios_without_the_question_are_refused() -> None:
    done = CliRunner().invoke(doctor, [str(FAULTS / "cordon.yaml")])
    assert str(done.exception) == "scenarios and --context belong to --rbac; say --rbac"
