"""Ends that are not what happened: hidden failures, work that was not done, a controller that contradicts itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from harness.model.events import ControllerLog
from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Edit, Moment, Raw, Tape

SAID: Final = (
    'level=warning msg="workflow is already fulfilled" fromPhase=Succeeded',
    'level=warning msg="node is already fulfilled" nodeName=main',
    "Maximum recursion depth exceeded. See https://argo-workflows.readthedocs.io",
)
PANICKED: Final = (
    'level=error msg="recovered from panic" r="index out of range"',
    "panic: runtime error: invalid memory address or nil pointer dereference",
    "fatal error: concurrent map writes",
    "E1127 panic.go:115] Observed a panic: send on closed channel",
)


def _succeeded(tape: Tape) -> bool:
    return edits.completed(tape) and tape.last()["status"].get("phase") == "Succeeded"


def success_over_a_failed_root(tape: Tape) -> Iterator[Tape]:
    if _succeeded(tape):
        yield tape.edited(tape.versions[-1:], edits.node_edit(tape.header.workflow, phase="Failed"))


def failure_over_a_good_root(tape: Tape) -> Iterator[Tape]:
    if _succeeded(tape):
        failed = edits.both(edits.status_edit(phase="Failed", message=None), edits.label_edit(edits.PHASE, "Failed"))
        yield tape.edited(tape.versions[-1:], failed)


def good_retry_of_failed_attempts(tape: Tape) -> Iterator[Tape]:
    for node in edits.nodes(tape.last()).values():
        if node["type"] == "Retry" and node["phase"] == "Succeeded" and edits.completed(tape):
            every = [edits.node_edit(key, phase="Failed") for key in node["children"]]
            yield tape.edited(tape.versions[-1:], edits.both(*every))


def success_over_a_failed_group(tape: Tape) -> Iterator[Tape]:
    """Steps that count as good, with a group in them that does not."""
    table = edits.nodes(tape.last())
    good = {key for key, node in table.items() if node["type"] == "Steps" and node["phase"] == "Succeeded"}
    for key, node in table.items():
        if node["type"] == "StepGroup" and node.get("boundaryID") in good and edits.completed(tape):
            yield tape.edited(tape.versions[-1:], edits.node_edit(key, phase="Failed"))


def success_of_a_container_that_failed(tape: Tape) -> Iterator[Tape]:
    for node in edits.nodes(tape.last()).values():
        if node["type"] != "Pod" or node["phase"] != "Succeeded" or not edits.completed(tape):
            continue
        ends = [i for i, pod in edits.pods(tape) if pod.node_id == node["id"]]
        if any(container.name == "main" and container.exit_code is not None for container in _containers(tape, ends)):
            yield tape.edited(ends, _terminated(exitCode=3))


def _containers(tape: Tape, indexes: list[int]) -> Iterator[Any]:
    for _, pod in (item for item in edits.pods(tape) if item[0] in indexes):
        yield from pod.containers


def _terminated(**fields: Any) -> Edit:
    """Changes how the main container ended, wherever that is shown."""

    def edit(raw: Raw) -> None:
        for container in raw["status"].get("containerStatuses", ()):
            end = container.get("state", {}).get("terminated")
            if container["name"] == "main" and end is not None:
                end |= fields

    return edit


def _marked(tape: Tape) -> Iterator[Tape]:
    """The scenario declares a marker, and every container has written it."""
    templates = {node["templateName"] for node in edits.nodes(tape.last()).values() if node["type"] == "Pod"}
    spec = {**tape.header.scenario.spec, "markers": [{"template": name, "text": "done"} for name in sorted(templates)]}
    header = replace(tape.header, scenario=replace(tape.header.scenario, spec=spec))
    if any(container.exit_code == 0 for container in _main(tape)):
        yield Tape(tape.name, header, _written(tape, "done\n").moments)


def _main(tape: Tape) -> Iterator[Any]:
    ok = {key for key, node in edits.nodes(tape.last()).items() if node["phase"] == "Succeeded"}
    mine = [index for index, pod in edits.pods(tape) if pod.node_id in ok]
    return (container for container in _containers(tape, mine) if container.name == "main")


def _written(tape: Tape, message: str) -> Tape:
    return tape.edited([index for index, _ in edits.pods(tape)], _terminated(message=message))


def marker_is_missing(tape: Tape) -> Iterator[Tape]:
    yield _written(tape, "nearly done\n")


def marker_is_there_twice(tape: Tape) -> Iterator[Tape]:
    yield _written(tape, "done\ndone\n")


def _logged(tape: Tape, line: str) -> Tape:
    at = tape.moments[tape.end].entry
    return tape.with_moment(tape.end, Moment(ControllerLog(seq=0, t=at.t, wall=at.wall, lines=(line,))))


def _quiet_log(tape: Tape) -> Iterator[Tape]:
    yield _logged(tape, 'level=info msg="Processing workflow"')


def log_contradicts_itself(tape: Tape) -> Iterator[Tape]:
    yield from (_logged(tape, line) for line in SAID)


def log_tells_of_a_panic(tape: Tape) -> Iterator[Tape]:
    yield from (_logged(tape, line) for line in PANICKED)


OUTCOME = (
    Mutator("success over a failed root", success_over_a_failed_root),
    Mutator("failure over a good root", failure_over_a_good_root),
    Mutator("a good retry of failed attempts", good_retry_of_failed_attempts),
    Mutator("success over a failed group of steps", success_over_a_failed_group),
    Mutator("success of a container that failed", success_of_a_container_that_failed),
)
MARKERS = (
    Mutator("a marker is missing", marker_is_missing, _marked),
    Mutator("a marker is there twice", marker_is_there_twice, _marked),
)
LOG = (Mutator("the controller's log contradicts itself", log_contradicts_itself, _quiet_log),)
PANICS = (Mutator("the controller panics", log_tells_of_a_panic, _quiet_log),)
