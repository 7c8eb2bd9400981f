"""Scenario files for tests: a good one, and ways to change it."""

from pathlib import Path

from harness.scenario.lint import Findings, check
from harness.scenario.lint.context import Context

RELEASES = ("v3.4.17", "v3.5.5", "v3.5.6", "v3.5.8", "v3.5.10", "v3.5.11", "v3.6.0", "v3.7.15")
GOOD = """\
name: good
title: A good scenario
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  metadata: {generateName: good-}
  spec:
    entrypoint: steps
    onExit: main
    templates:
      - name: main
        retryStrategy: {limit: 2}
        sidecars: [{name: helper, image: alpine:3.18}]
        container: {image: alpine:3.18, command: [sh, -c], args: ["sleep 5"]}
      - name: steps
        steps: [[{name: first, template: main}]]
method:
  - name: killed
    when: {node: {template: main, retry: 0, phase: Running}}
    inject: {kill-process: {container: wait}}
expect:
  workflow: {phase: Succeeded}
"""


def write(folder: Path, text: str, name: str = "good.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(*changes: tuple[str, str], more: str = "") -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text + more


def lint(path: Path, context: Context | None = None) -> Findings:
    return check([path], context or Context(releases=RELEASES, invariants=frozenset({"terminal-nodes-stay"})))


def messages(path: Path, context: Context | None = None) -> list[str]:
    return [f"{problem.line}:{problem.column}: {problem.message}" for problem in lint(path, context).problems]
