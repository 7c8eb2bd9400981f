"""A step that changes an object, or waits for another to be undone, names something that there will be."""

from pathlib import Path

import pytest

from tests.scenario.writing import changed, messages, write

KILL = "inject: {kill-process: {container: wait}}"
WHEN = "{node: {template: main, retry: 0, phase: Running}}"
LIMITS = "objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: limits}, data: {places: '1'}}]\nmethod:\n"
CLOSED = "inject: {change-semaphore: {config-map: limits, key: places, limit: '0'}}"
LATER = "  - when: {healed: killed}\n    do: {suspend: {}}\nexpect:\n"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([(KILL, CLOSED)], "none of the objects is a ConfigMap limits with the key places"),
        ([(KILL, CLOSED), ("method:\n", LIMITS)], None),
        (
            [(KILL, "inject: {create-task-result: {}}"), (WHEN, "{workflow: {phase: Running}}")],
            "nothing says which node",
        ),
        ([(KILL, "inject: {create-task-result: {target: {template: steps}}}")], None),
        ([(KILL, "inject: {edit-workflow: {patch: {spec: {suspend: true}}}}"), (WHEN, "{workflow: {}}")], None),
        ([(KILL, "inject: {edit-workflow: {patch: {metadata: {name: x}}}}")], "only spec and status can be edited"),
        ([("expect:\n", LATER)], "'killed' has no heal-after, so it stands to the end"),
        ([("expect:\n", LATER.replace("healed: killed", "healed: nobody"))], "no step 'nobody'"),
        ([("expect:\n", LATER), (KILL, "heal-after: 2s\n    inject: {exhaust-quota: {}}")], None),
    ],
)
def test_what_is_named_must_be_there(tmp_path: Path, changes: list[tuple[str, str]], told: str | None) -> None:
    found = messages(write(tmp_path, changed(*changes)))
    assert [told in message for message in found] == [True] if told else found == []


def test_a_workflow_that_is_to_go_has_an_end(tmp_path: Path) -> None:
    assert messages(write(tmp_path, changed(("workflow: {phase: Succeeded}", "workflow: {gone: true}")))) == []
