"""`doctor --rbac` without a cluster lists what has to be allowed, and does not say that it is."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.argo import build
from harness.argo.build import ArgoBuild
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


RENDERED = Path(__file__).parents[1] / "argo" / "rendered" / "v3.7.15.json"
OWN = ", for an Argo of the run's own"


def test_an_argo_of_its_own_needs_what_its_roles_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "install.json").write_bytes(RENDERED.read_bytes())
    monkeypatch.setattr(build, "find", lambda release: ArgoBuild(release=release, path=tmp_path, id="x"))
    lines = listed(str(FAULTS / "cordon.yaml"))
    assert f"needs    create,delete,get,list,update,watch customresourcedefinitions.apiextensions.k8s.io{OWN}" in lines
    assert any("pods/exec" in line and line.endswith(OWN) for line in lines)
    assert "needs    get,list,patch,watch nodes" in lines


def test_without_its_manifests_it_is_said_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "find", lambda release: None)
    assert listed(str(FAULTS / "cordon.yaml"))[-1] == (
        f"needs    all that is in the roles of Argo's manifests{OWN}; make setup makes them"
    )
