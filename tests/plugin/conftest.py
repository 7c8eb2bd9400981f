"""A folder of scenarios in which pytest is run with recorded histories in place of clusters."""

import gzip
from pathlib import Path

import pytest

from tests.plugin.recorded import CORPUS

ROOT = Path(__file__).parents[2]
LOST = (ROOT / "scenarios/seeds/task-result-lost.yaml").read_text()
OLD, NEW = "v3.5.10", "v3.7.15"


class Scenarios:
    """The seed `task-result-lost` under other names and with other declarations."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.folder = pytester.mkdir("scenarios")
        pytester.makeconftest("from tests.plugin.recorded import pytest_shakedown_campaign\n")

    def add(self, name: str, *changes: tuple[str, str]) -> Path:
        text = LOST.replace("name: task-result-lost\n", f"name: {name}\n")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = self.folder / f"{name}.yaml"
        path.write_text(text)
        return path

    def add_every_verdict(self) -> None:
        self.add("as-declared")
        self.add("declared-too-far", ("<3.5.11", "<3.8"))
        self.add("not-declared", ("<3.5.11", "<3.5.10"))
        self.add("never-fires", ("expect:\n  within", NEVER_FIRES))
        self.add("cut-short")
        self.add("is-skipped", ("skip:\n", "skip:\n  - {argo: '>=3.7', reason: nothing to lose there}\n"))
        whole = gzip.decompress((CORPUS / f"task-result-lost-{NEW}-1.jsonl.gz").read_bytes())
        (self.pytester.path / "cut-short.jsonl.gz").write_bytes(gzip.compress(whole[: len(whole) // 2]))

    def run(self, *arguments: str, releases: tuple[str, ...] = (OLD, NEW)) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(*self.command(*arguments, releases=releases))

    def run_apart(self, *arguments: str, releases: tuple[str, ...] = (OLD, NEW)) -> pytest.RunResult:
        return self.pytester.runpytest_subprocess(*self.command(*arguments, releases=releases))

    def command(self, *arguments: str, releases: tuple[str, ...] = (OLD, NEW)) -> list[str]:
        # in this process the plugin is imported already, which a process of its own would not have to be told
        quiet = "-Wignore::pytest.PytestAssertRewriteWarning"
        return ["scenarios", quiet, *(f"--argo={release}" for release in releases), *arguments]

    def started(self) -> list[str]:
        """The cells that were handed to the campaign; none if it was never started."""
        told = self.pytester.path / "started"
        return told.read_text().split() if told.exists() else []


NEVER_FIRES = """  - name: second
    when: {node: {template: main, phase: Succeeded}}
    do: {relabel-task-result: {target: {template: main}}}
expect:
  within"""


@pytest.fixture
def scenarios(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Scenarios:
    """Without Node, so that no time goes into the HTML of a run that nobody looks at."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", "")
    return Scenarios(pytester)
