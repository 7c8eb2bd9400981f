"""`shakedown lint`, `schema` and `new` on the command line."""

import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.scenario import schema
from tests.scenario.writing import GOOD, changed, write


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    out, err = capsys.readouterr()
    return stopped.value.code, out, err


def test_good_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, GOOD)
    assert run(capsys, "lint", str(tmp_path)) == (0, "1 file: no errors\n", "")


def test_a_warning_does_not_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bug = '  - argo: "{}"\n    link: unreported\n    expect: {{workflow: {{stuck: true}}}}\n'
    more = "known-bugs:\n" + bug.format(">=3.5.2,<3.5.4") + bug.format(">=3.5.5,<3.5.11")
    path = write(tmp_path, changed(more=more))
    code, out, _ = run(capsys, "lint", str(path))
    text = "v3.5.4 lies between releases that have unreported and is in no range: a gap?"
    assert (code, out) == (0, f"{path}:27:11: warning: {text}\n1 file: no errors, 1 warning\n")


def test_problems_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, changed(("name: good", "name: bad")))
    code, out, _ = run(capsys, "lint", "--json", str(path))
    message = "the scenario is called 'bad', its file 'good': use one name"
    assert code == 2
    assert json.loads(out) == [{"path": str(path), "line": 1, "column": 7, "severity": "error", "message": message}]


def test_what_a_provider_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, GOOD)
    assert run(capsys, "lint", "--provider", "kind", str(path))[0] == 0
    assert run(capsys, "lint", "--provider", "existing", str(path))[0] == 2


def test_the_schema_is_printed_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "schema") == (0, schema.text(), "")
    monkeypatch.chdir(tmp_path)
    cure = "shakedown schema > scenarios/scenario.schema.json"
    told = f"shakedown: scenarios/scenario.schema.json is not what the types say; {cure}\n"
    assert run(capsys, "schema", "--check") == (2, "", told)
    (tmp_path / "scenarios").mkdir()
    write(tmp_path / "scenarios", schema.text(), schema.NAME)
    assert run(capsys, "schema", "--check")[0] == 0


def test_a_first_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  entrypoint: a\n  templates:\n"
    flow = write(tmp_path, head + "  - {name: a, container: {image: alpine:3.18}}\n", "flow.yaml")
    code, out, err = run(capsys, "new", str(flow), "--name", "first")
    assert (code, err) == (0, "")
    assert run(capsys, "lint", str(write(tmp_path, out, "first.yaml")))[0] == 0
    assert run(capsys, "new", str(tmp_path / "nothing.yaml"))[0] == 2


def test_a_first_scenario_knows_its_schema_from_where_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios/mine").mkdir(parents=True)
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  entrypoint: a\n  templates:\n"
    write(tmp_path, head + "  - {name: a, container: {image: alpine:3.18}}\n", "flow.yaml")
    for folder, seen in (("scenarios", ""), ("scenarios/mine", "../"), (".", "scenarios/")):
        file = f"{folder}/one.yaml"
        assert run(capsys, "new", "flow.yaml", "-o", file)[0] == 0
        first = (tmp_path / file).read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema={seen}scenario.schema.json"
        assert run(capsys, "lint", file)[0] == 0
    told = f"shakedown: {Path(file)} exists; choose another file\n"
    assert run(capsys, "new", "flow.yaml", "-o", file) == (2, "", told)
    code, _, err = run(capsys, "new", "flow.yaml", "-o", "two.yaml", "--name", "three")
    assert (code, "a scenario is called as its file" in err, Path("two.yaml").exists()) == (2, True, False)
