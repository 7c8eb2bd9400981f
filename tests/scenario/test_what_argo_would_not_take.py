"""Values that Argo does not know, settings that nobody has, limits that are not there; and what is no mistake."""

from pathlib import Path

import pytest

from harness.run.gate import context
from harness.scenario.lint import check
from harness.scenario.lint.context import Context
from harness.scenario.problems import Severity
from tests.scenario.writing import changed, write

LOCAL = context("local")
RETRY = "retryStrategy: {limit: 2}"
BODY = 'container: {image: alpine:3.18, command: [sh, -c], args: ["sleep 5"]}'
CALLS = "steps: [[{name: first, template: main}]]"
INJECT = "inject: {kill-process: {container: wait}}"
LIMITS = "resources: {limits: {memory: 64Mi}}"
LIMITED = BODY.replace("sh, -c]", f"sh, -c], {LIMITS}")


def told(folder: Path, *changes: tuple[str, str], rules: Context = LOCAL) -> list[str]:
    path = write(folder, changed(*changes))
    return [f"{each.line}: {each.severity}: {each.message}" for each in check([path], rules).problems]


def spec(line: str) -> tuple[str, str]:
    return "    onExit: main\n", f"    onExit: main\n    {line}\n"


@pytest.mark.parametrize(
    "change",
    [
        (RETRY, "retryStrategy: {limit: 2, retryPolicy: OnTransientError}"),
        (RETRY, "retryStrategy: {limit: 2, retryPolicy: '{{workflow.parameters.policy}}'}"),
        (RETRY, "retryStrategy: {limit: 2, retryPolicy: ''}"),
        spec("podGC: {strategy: '', deleteDelayDuration: 5s}"),
        spec("podGC: {labelSelector: {matchLabels: {strategy: mine}}}"),
        spec("artifactGC: {strategy: Never}"),
        spec("shutdown: Stop"),
        spec("metrics: {prometheus: [{name: a, help: b, counter: {value: '1'}}]}"),
        spec("metrics: a text where a mapping is wanted"),
        (BODY, "plugin: {mine: {resource: {action: whatever}}}\n        metadata: {labels: {action: whatever}}"),
        (
            CALLS,
            "dag: {tasks: [{name: a-1, template: main}, {name: b, template: main, depends: '(a-1.Failed || a-1)'}]}",
        ),
        (CALLS, "dag: {tasks: [{name: b, template: main, depends: '{{inputs.parameters.on}}.Suceeded'}]}"),
    ],
)
def test_words_that_argo_knows_or_nobody_can_judge(tmp_path: Path, change: tuple[str, str]) -> None:
    assert [line for line in told(tmp_path, change) if "allowed:" in line] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spec("shutdown: stop"), "10: error: shutdown: 'stop' is no value that Argo knows here, did you mean 'Stop'?"),
        (spec("retryStrategy: {retryPolicy: Allways}"), "did you mean 'Always'?"),
        (spec("templateDefaults: {retryStrategy: {retryPolicy: Never}}"), "retryPolicy: 'Never' is no value that"),
        (spec("artifactGC: {strategy: OnWorkflowSuccess}"), "allowed: OnWorkflowCompletion, OnWorkflowDeletion, Never"),
        (spec("volumeClaimGC: {strategy: OnWorkflowDeletion}"), "allowed: OnWorkflowCompletion, OnWorkflowSuccess"),
        (spec("podGC: {strategy: true}"), "strategy: true is no value that Argo knows here; allowed: OnPodComp"),
        (spec("podGC: {strategy: [OnPodSuccess]}"), "strategy: a list is no value that Argo knows here"),
        (spec("metrics: {prometheus: [{gauge: {operation: add}}]}"), "operation: 'add' is no value that"),
        ((BODY, "resource: {action: update, manifest: x}"), "action: 'update' is no value that Argo knows here"),
        ((BODY, BODY.replace("command", "imagePullPolicy: IfNotPresen, command")), "did you mean 'IfNotPresent'?"),
        ((f"{CALLS}", "steps: [[{name: first, inline: {retryStrategy: {retryPolicy: x}, suspend: {}}}]]"), "'x' is no"),
        (
            (CALLS, "dag: {tasks: [{name: a, template: main}, {name: b, template: main, depends: a.succeeded}]}"),
            "16: error: depends: 'a.succeeded': no task comes to 'succeeded', did you mean 'Succeeded'?",
        ),
    ],
)
def test_words_that_argo_does_not_know(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (line,) = [line for line in told(tmp_path, change) if "allowed:" in line]
    assert said in line


OOM = (INJECT, "inject: {oom: {}}")
WAIT = (INJECT, "inject: {oom: {container: wait}}")
PATCH = 'podSpecPatch: \'{"containers": [{"name": "wait", "resources": {"limits": {"memory": "48Mi"}}}]}\''
BEGUN = "when: {workflow: {phase: Running}}"
CONFIGURED = "do: {configure-controller: {config: {executor: 'resources: {limits: {memory: 48Mi}}'}}}"


@pytest.mark.parametrize(
    "changes",
    [
        [OOM, (BODY, LIMITED)],
        [OOM, (BODY, BODY.replace("sh, -c]", "sh, -c], resources: '{{inputs.parameters.resources}}'"))],
        [OOM, (BODY, BODY.replace("sh, -c]", "sh, -c], resources: {limits: {memory: '{{inputs.parameters.m}}'}}"))],
        [OOM, spec(f"templateDefaults: {{container: {{{LIMITS}}}}}")],
        [WAIT, spec(PATCH)],
        [WAIT, (RETRY, f"{RETRY}\n        {PATCH}")],
        [WAIT, spec("podSpecPatch: '{{workflow.parameters.patch}}'")],
        [(INJECT, "inject: {oom-kill: {}}")],
        [(INJECT, "inject: {oom-kill: {container: wait}}")],
        [(INJECT, "inject: {oom: {container: helper}}"), ("image: alpine:3.18}]", f"image: alpine:3.18, {LIMITS}}}]")],
        [
            (
                "- name: killed",
                f"- {{name: set, when: {{workflow: {{phase: Running}}}}, {CONFIGURED}}}\n  - name: killed",
            ),
            WAIT,
        ],
    ],
)
def test_where_there_is_or_may_be_a_limit_or_none_is_needed(tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    assert told(tmp_path, *changes) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([OOM], "'main' of template 'main' has no memory limit that it could outgrow: give it one with resources: {"),
        ([OOM, (BODY, LIMITED.replace("limits", "requests"))], "'main' of template 'main' has no memory limit"),
        ([OOM, (BODY, LIMITED.replace("memory: 64Mi", "cpu: 1"))], "'main' of template 'main' has no memory limit"),
        (
            [WAIT, (BODY, LIMITED)],
            "'wait' of template 'main' has no memory limit that it could outgrow: give it one with a podSpecPatch",
        ),
        ([WAIT, spec("podSpecPatch: '{\"priority\": 1}'")], "'wait' of template 'main' has no memory limit"),
        ([(INJECT, "inject: {oom: {container: helper}}"), (BODY, LIMITED)], "'helper' of template 'main' has no"),
    ],
)
def test_where_there_is_no_limit(tmp_path: Path, changes: list[tuple[str, str]], said: str) -> None:
    (line,) = told(tmp_path, *changes)
    assert ": error: oom: the container " in line
    assert said in line
    assert line.endswith("or use oom-kill, which needs none")


def test_an_argo_that_others_have_set_may_give_limits(tmp_path: Path) -> None:
    found = check([write(tmp_path, changed(OOM))], Context(settings={}))
    assert found.problems == ()
    limiting = Context(sets={"fast": ("mainContainer",)})
    assert check([write(tmp_path, changed(OOM))], limiting).problems == ()


def swap(release: str) -> tuple[str, str]:
    return INJECT, f"do: {{swap-argo: {{to: {release}}}}}"


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("v4.0.2", []),
        ("v3.7.99", ["20: warning: to: nothing is known of Argo v3.7.99"]),
        ("v3.7.10", ["20: error: to: Argo v3.7.10 cannot be had: the module proxy refuses it; releases: v3"]),
        ("v3.3.9", ["20: error: to: no release like Argo v3.3.9 is known"]),
        ("v37.1.5", ["20: error: to: no release like Argo v37.1.5 is known"]),
    ],
)
def test_the_release_that_takes_over(tmp_path: Path, release: str, said: list[str]) -> None:
    assert [line[: len(want)] for line, want in zip(told(tmp_path, swap(release)), said, strict=True)] == said
    assert told(tmp_path, swap(release), rules=Context()) == []


def test_a_variable_that_is_nearly_one_of_argos_is_warned_of(tmp_path: Path) -> None:
    def env(names: str) -> tuple[str, str]:
        return "workflow:\n", f"argo: {{controller: {{env: {{{names}}}}}}}\nworkflow:\n"

    assert told(tmp_path, env("DEFAULT_REQUEUE_TIME: 1s, GODEBUG: http2client=0, HTTPS_PROXY: x, MINE: y")) == []
    (line,) = told(tmp_path, env("DEFAULT_REQUEUE_TIM: 1s"))
    assert line == (
        "3: warning: env: Argo's controller reads no 'DEFAULT_REQUEUE_TIM', so that it would change nothing, "
        "did you mean 'DEFAULT_REQUEUE_TIME'?"
    )
    (line,) = told(tmp_path, (INJECT, "do: {configure-controller: {env: {LEADER_ELECTION_LEASE_DURATIONS: 4s}}}"))
    assert line.startswith("20: warning: env: ")


def test_a_warning_stops_no_run(tmp_path: Path) -> None:
    found = check([write(tmp_path, changed(swap("v3.7.99")))], LOCAL)
    assert [problem.severity for problem in found.problems] == [Severity.WARNING]
    assert found.errors == ()
