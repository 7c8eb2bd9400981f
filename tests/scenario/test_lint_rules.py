"""What lint must see beyond the broken files, and what it must let pass."""

from pathlib import Path

import pytest

from harness.scenario.lint import accept
from harness.scenario.lint.context import Context
from harness.scenario.lint.providers import LACKING
from harness.scenario.problems import ScenarioErrors, Severity
from harness.scenario.verbs import Capability
from tests.scenario.writing import GOOD, RELEASES, changed, lint, messages, write

WHEN = "{node: {template: main, retry: 0, phase: Running}}"
EXPECT = "expect:\n"
BUG = '  - argo: "{}"\n    link: argoproj/argo-workflows#{}\n    expect: {{workflow: {{stuck: true}}}}\n'


def test_a_good_file_has_no_problem(tmp_path: Path) -> None:
    assert messages(write(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    "when",
    [
        "{node: {displayName: first}}",
        "{node: {displayName: 'first(0)'}}",
        "{node: {displayName: '[0]'}}",
        "{node: {displayName: good-abcde.onExit}}",
        "{node: {template: main, retry: 2}}",
        "{node: {retry: 1}}",
        "{node: {onExit: true}}",
        "{pod: {template: main, container: {name: helper, state: running}}}",
        "{pod: {container: {name: init, state: terminated}}}",
        "{all: [{node: {template: main}}, {workflow: {phase: Running}}], after: 2s}",
        "{any: [{node: {template: main}}, {pod: {template: main}}]}",
    ],
)
def test_what_can_be_is_let_pass(tmp_path: Path, when: str) -> None:
    assert messages(write(tmp_path, changed((WHEN, when)))) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((WHEN, "{any: [{node: {template: main}}, {workflow: {phase: Running}}]}"), "nothing says which pod"),
        ((WHEN, "{node: {template: main}, host: {ready: true}}"), "no earlier step has hit a node"),
        (("- name: killed", "- name: killed\n    within: 0s"), "nothing can come within no time"),
        (("limit: 2", "limit: 0"), None),
        (("limit: 2", "limit: '{{inputs.parameters.limit}}'"), None),
        (("container: wait", "container: extra"), "no 'extra' in template 'main'"),
        (("{container: wait}", "{container: wait, target: {template: steps}}"), "is of kind steps, which has no pod"),
    ],
)
def test_one_change(tmp_path: Path, change: tuple[str, str], told: str | None) -> None:
    found = messages(write(tmp_path, changed(change)))
    assert [told in message for message in found] == [True] if told else found == []


DRAWN = ("- name: killed", "- name: killed\n    probability: 0.5\n    seed: 7")


def test_what_is_drawn_may_be_hit_but_not_expected(tmp_path: Path) -> None:
    assert messages(write(tmp_path, changed(DRAWN))) == []
    always = ("- name: killed", "- name: killed\n    probability: 1\n    seed: 7")
    rests = "  nodes: [{template: main, unchangedSince: killed}]\n"
    assert messages(write(tmp_path, changed(always, more=rests))) == []
    (told,) = messages(write(tmp_path, changed(DRAWN, more=rests)))
    assert told.endswith(
        "unchangedSince: 'killed' is not drawn in every run, but what is expected must hold in every one"
    )


def chancy(probability: float, seed: int) -> tuple[str, str]:
    return "- name: killed", f"- name: killed\n    probability: {probability}\n    seed: {seed}"


def test_what_no_run_would_draw_is_refused_and_the_first_that_would_is_told(tmp_path: Path) -> None:
    """As many runs as `--repeat decide` makes; the twelfth is too late."""
    assert messages(write(tmp_path, changed(chancy(0.3, 7)))) == []
    (told,) = messages(write(tmp_path, changed(chancy(0.1, 7))))
    assert told == (
        "19:18: probability: none of the first 11 runs draws killed with seed 7, and run 22 would be the first: "
        "take a larger probability or another seed"
    )
    (told,) = messages(write(tmp_path, changed(chancy(0.000001, 7))))
    assert "none of the first 11 runs draws killed with seed 7, nor any of the first 1000:" in told


def test_what_waits_for_steps_that_are_never_drawn_together_is_refused(tmp_path: Path) -> None:
    second = "  - {name: second, when: {workflow: {phase: Running}}, probability: 0.5, seed: 6, do: {stop: {}}}\n"
    third = "  - {name: third, when: {all: [{landed: killed}, {landed: second}]}, do: {terminate: {}}}\n"
    both = changed(chancy(0.5, 6), (EXPECT, second + third + EXPECT))
    (told,) = messages(write(tmp_path, both))
    assert told == (
        "24:25: when: none of the first 11 runs draws all that third comes after, and run 12 would be the first: "
        "take larger probabilities or other seeds"
    )
    assert messages(write(tmp_path, both.replace("all: [", "any: ["))) == []


def test_what_waits_for_a_step_that_is_never_drawn_is_not_told_as_well(tmp_path: Path) -> None:
    second = "  - {name: second, when: {landed: killed}, do: {stop: {}}}\n"
    assert len(messages(write(tmp_path, changed(chancy(0.1, 7), (EXPECT, second + EXPECT))))) == 1


def test_absence_beyond_the_limit_may_be_expected(tmp_path: Path) -> None:
    more = "  nodes: [{template: main, retry: 3, count: 0}]\n  pods: [{template: main, retry: 3, created: 0}]\n"
    assert messages(write(tmp_path, changed(more=more))) == []


def test_template_defaults_bring_a_retry_strategy(tmp_path: Path) -> None:
    text = changed(
        ("        retryStrategy: {limit: 2}\n", ""),
        ("    onExit: main", "    templateDefaults: {retryStrategy: {limit: 1}}"),
    )
    assert messages(write(tmp_path, text)) == []


def test_container_set_members_are_containers(tmp_path: Path) -> None:
    member = "containerSet: {containers: [{name: a, image: alpine:3.18}]}"
    text = changed(('container: {image: alpine:3.18, command: [sh, -c], args: ["sleep 5"]}', member))
    assert messages(write(tmp_path, text.replace("container: wait", "container: a"))) == []
    assert (
        "no 'main' in template 'main'"
        in messages(write(tmp_path, text.replace("container: wait", "container: main")))[0]
    )


def test_a_container_of_a_pod_spec_patch_is_a_container(tmp_path: Path) -> None:
    text = changed(
        ("onExit: main", "onExit: main\n    podSpecPatch: 'containers: [{name: extra}]'"),
        ("container: wait", "container: extra"),
    )
    assert messages(write(tmp_path, text)) == []


def test_a_gap_between_ranges_is_a_warning(tmp_path: Path) -> None:
    more = "known-bugs:\n" + BUG.format(">=3.5.6,<3.5.8", 1) + BUG.format(">3.5.8,<3.5.11", 1)
    findings = lint(write(tmp_path, changed(more=more)))
    assert [str(problem).partition("warning: ")[2] for problem in findings.problems] == [
        "v3.5.8 lies between releases that have argoproj/argo-workflows#1 and is in no range: a gap?"
    ]
    assert findings.problems[0].severity is Severity.WARNING
    assert findings.errors == ()


def test_different_bugs_may_leave_a_gap(tmp_path: Path) -> None:
    more = "known-bugs:\n" + BUG.format("<3.5.8", 1) + BUG.format(">3.5.8,<3.5.11", 2)
    assert messages(write(tmp_path, changed(more=more))) == []


def test_ranges_overlap_between_known_releases_too(tmp_path: Path) -> None:
    more = "known-bugs:\n" + BUG.format(">=3.5.6,<=3.5.7", 1) + BUG.format(">=3.5.7,<3.5.11", 2)
    assert messages(write(tmp_path, changed(more=more)), Context()) == [
        "27:11: argo: '>=3.5.7,<3.5.11' overlaps '>=3.5.6,<=3.5.7' on line 24: both hold 3.5.7"
    ]


def test_a_symptom_may_be_stuck_after_a_terminal_phase(tmp_path: Path) -> None:
    bug = BUG.format("<3.5.6", 1).replace("stuck: true", "stuck: true, phase: Error")
    assert messages(write(tmp_path, changed(more="known-bugs:\n" + bug))) == []


def test_what_the_provider_lacks_is_told_with_the_reason(tmp_path: Path) -> None:
    context = Context(provider="existing", lacking=LACKING["existing"])
    assert messages(write(tmp_path, GOOD), context) == [
        "20:14: kill-process cannot be done on provider existing: "
        "the harness has no access to the machines of a cluster that it did not start"
    ]


def test_the_local_provider_can_do_everything() -> None:
    assert LACKING["local"] == {}
    assert set(LACKING["existing"]) <= set(Capability)


def test_two_files_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, second = write(tmp_path, GOOD), write(tmp_path / "b", GOOD)
    with pytest.raises(ScenarioErrors) as raised:
        accept([first, second], Context(releases=RELEASES))
    assert str(raised.value) == f"{second}:1:7: the name 'good' is taken by {first}"


def test_good_files_are_accepted(tmp_path: Path) -> None:
    (loaded,) = accept([write(tmp_path, GOOD)], Context(releases=RELEASES))
    assert loaded.scenario.step_name(0) == "killed"


WAIVE = 'waive:\n  - argo: "{}"\n    invariant: terminal-nodes-stay\n    reason: it is known\n'


@pytest.mark.parametrize(
    ("range_", "told"),
    [
        (">=3.6", None),
        ("*", None),
        (">=3.9,<3.10", "24:11: argo: '>=3.9,<3.10' holds none of the known releases (see: shakedown argo list)"),
        ("<3.5,>3.6", "24:11: argo: '<3.5,>3.6' contradicts itself: no release can fit"),
        ("3.6 and later", "24:11: '3.6 and later' is no release range: write for example"),
    ],
)
def test_the_range_of_a_waiver(tmp_path: Path, range_: str, told: str | None) -> None:
    found = messages(write(tmp_path, changed(more=WAIVE.format(range_))))
    assert [text[: len(told)] for text in found] == [told] if told else found == []


def test_a_waiver_only_where_the_scenario_is_skipped(tmp_path: Path) -> None:
    skip = 'skip: [{argo: "<3.5.6", reason: no such thing}]\n'
    told = "24:11: argo: '<3.5.6' waives only where the scenario is skipped"
    assert messages(write(tmp_path, changed(more=WAIVE.format("<3.5.6") + skip))) == [told]
    assert messages(write(tmp_path, changed(more=WAIVE.format("<3.5.7") + skip))) == []


def test_one_invariant_is_waived_once_on_a_release(tmp_path: Path) -> None:
    def twice(second: str) -> str:
        return changed(more=WAIVE.format("<3.6") + WAIVE.format(second).removeprefix("waive:\n"))

    told = "27:5: terminal-nodes-stay is waived there already, on line 24"
    assert messages(write(tmp_path, twice(">=3.5.11"))) == [told]
    assert messages(write(tmp_path, twice(">=3.6"))) == []


@pytest.mark.parametrize(
    "change",
    [
        ("    onExit: main\n", "    onExit: main\n    podPriority: 1\n    hooks: {}\n"),
        ("retryStrategy: {limit: 2}", "retryStrategy: {limit: 2}\n        annotations: {a: b}\n        priority: 1"),
        ("{name: first, template: main}", "{name: first, inline: {container: {image: alpine:3.18}}}"),
        ("        steps: [[", "        suspend: null\n        steps: [["),
        ("steps: [[{name: first, template: main}]]", "dag: {tasks: [{name: a, depends: b, template: main}]}"),
    ],
)
def test_every_field_of_any_release_is_let_pass(tmp_path: Path, change: tuple[str, str]) -> None:
    assert messages(write(tmp_path, changed(change))) == []


def test_template_defaults_may_say_what_a_template_does(tmp_path: Path) -> None:
    body = '        container: {image: alpine:3.18, command: [sh, -c], args: ["sleep 5"]}\n'
    defaults = f"    templateDefaults:\n{body}"
    assert messages(write(tmp_path, changed((body, ""), ("    templates:\n", f"{defaults}    templates:\n")))) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("{name: first, template: main}", "{name: first, inline: {contaner: {}}}"), "did you mean 'container'?"),
        (("{name: first, template: main}", "{name: first, inline: {timeout: 5s}}"), "the template does nothing"),
        (("  spec:\n", "  statuss: {}\n  spec:\n"), "did you mean 'status'?"),
        (("{name: first, template: main}", "{name: first, template: main, depends: x}"), "unknown key 'depends'"),
    ],
)
def test_what_argo_would_drop_in_silence_is_told(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    (message,) = messages(write(tmp_path, changed(change)))
    assert told in message


@pytest.mark.parametrize(
    "step",
    [
        "{node: {template: steps}, pod: {template: main}}",
        "{any: [{node: {template: steps}}, {node: {template: main}}]}",
        "{all: [{node: {template: steps}}, {node: {template: main}}]}",
        "{node: {displayName: first, type: Pod}}",
    ],
)
def test_a_moment_with_one_pod_in_it_will_do(tmp_path: Path, step: str) -> None:
    assert messages(write(tmp_path, changed((WHEN, step)))) == []


def test_a_moment_without_a_pod_will_do_where_there_is_a_target(tmp_path: Path) -> None:
    target = ("{container: wait}", "{container: wait, target: {template: main}}")
    assert messages(write(tmp_path, changed((WHEN, "{node: {template: steps}}"), target))) == []


SLEEPS = ("entrypoint: steps", "entrypoint: main"), ("sleep 5", "sleep 300")


@pytest.mark.parametrize(
    ("timeout", "told"),
    [
        ("", "within: the workflow takes 5m at least, more than 2m"),
        ("timeout: 20s\n        ", None),
        ("timeout: 4m\n        ", "within: the workflow takes 4m at least, more than 2m"),
        ("timeout: 10m\n        ", "within: the workflow takes 5m at least, more than 2m"),
        ("timeout: '{{inputs.parameters.timeout}}'\n        ", None),
        ("timeout: [20s]\n        ", None),
    ],
)
def test_a_template_takes_no_longer_than_its_timeout(tmp_path: Path, timeout: str, told: str | None) -> None:
    before, _, rest = changed(*SLEEPS, ("expect:\n", "expect:\n  within: 2m\n")).partition("method:")
    text = before.replace("retryStrategy: {limit: 2}", f"{timeout}retryStrategy: {{limit: 2}}")
    found = messages(write(tmp_path, text + "expect:" + rest.partition("expect:")[2]))
    assert [message.partition(": ")[2] for message in found] == ([told] if told else [])


def test_a_timeout_that_is_inherited_counts(tmp_path: Path) -> None:
    before, _, rest = changed(*SLEEPS, ("expect:\n", "expect:\n  within: 2m\n")).partition("method:")
    text = before.replace("    templates:\n", "    templateDefaults: {timeout: 20s}\n    templates:\n")
    assert messages(write(tmp_path, text + "expect:" + rest.partition("expect:")[2])) == []


INJECT = "inject: {kill-process: {container: wait}}"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("{slow-api: {request: '* *'}}", None),
        ("{slow-api: {request: 'create pods/exec,workflowtaskresults'}}", None),
        (
            "{refuse-api: {request: update workflow}}",
            "asks for no 'workflow', so it never lands, did you mean 'workflows'?",
        ),
        ("{refuse-api: {request: 'get pods,nodes'}}", "asks for no 'nodes', so it never lands"),
        ("{drop-watch: {resource: pod}}", "asks for no 'pod', so it never lands, did you mean 'pods'?"),
    ],
)
def test_the_controller_asks_for_the_resource(tmp_path: Path, fault: str, told: str | None) -> None:
    found = messages(write(tmp_path, changed((INJECT, f"inject: {fault}\n    heal-after: 2s"))))
    assert [told in message for message in found] == [True] if told else found == []
