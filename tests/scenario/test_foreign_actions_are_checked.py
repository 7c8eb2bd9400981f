"""Lint looks at the extension itself: what Chaos Toolkit would refuse never reaches a cluster."""

from pathlib import Path

import pytest

from tests.scenario.writing import changed, messages, write

INJECT = "{kill-process: {container: wait}}"
WHEN = "{node: {template: main, retry: 0, phase: Running}}"
PROOF = "proof: {pod: {deleting: true}}"


def checked(folder: Path, verb: str, when: str = WHEN) -> list[str]:
    return messages(write(folder, changed((WHEN, when), (INJECT, f"{{chaos-toolkit: {{{verb}, {PROOF}}}}}"))))


def test_an_action_that_is_installed_and_takes_its_arguments_is_let_pass(tmp_path: Path) -> None:
    verb = 'action: "chaosk8s.pod.actions:terminate_pods", arguments: {ns: "{{namespace}}", name_pattern: "{{pod}}"}'
    assert checked(tmp_path, verb) == []


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ('action: "chaosnowhere.actions:break_it"', "could not find Python module 'chaosnowhere.actions'"),
        ('action: "chaosk8s.pod.actions:break_it"', "does not expose a function called 'break_it'"),
        (
            'action: "chaosk8s.pod.actions:terminate_pods", arguments: {namespace: x}',
            "argument 'namespace' is not part of the function signature",
        ),
        ('action: "chaosk8s.pod.actions:exec_in_pods"', "required argument 'cmd' is missing"),
    ],
)
def test_one_that_cannot_be_called_is_refused(tmp_path: Path, verb: str, said: str) -> None:
    (problem,) = checked(tmp_path, verb)
    assert problem.startswith("20:14:")
    assert said in problem


def test_a_pod_is_named_only_where_there_is_one(tmp_path: Path) -> None:
    verb = 'action: "chaosk8s.pod.actions:terminate_pods", arguments: {name_pattern: "{{pod}}"}'
    (problem,) = checked(tmp_path, verb, "{workflow: {phase: Running}}")
    assert "nothing says whose {{pod}} or {{host}} is meant" in problem
    assert checked(tmp_path, f"{verb}, target: {{template: main}}", "{workflow: {phase: Running}}") == []
