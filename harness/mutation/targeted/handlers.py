"""Exit handlers and hooks that run twice, too early or never."""

import re
from collections.abc import Iterator

from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Moment, Raw, Tape

NODE_NAME = "workflows.argoproj.io/node-name"
NODE_ID = "workflows.argoproj.io/node-id"
STEP = re.compile(r"\]\.[^.(]+$")
"""How the name of a step's own node ends."""


def _handler(tape: Tape) -> str:
    return f"{tape.header.workflow}.onExit"


def handler_runs_twice(tape: Tape) -> Iterator[Tape]:
    for index, pod in edits.last_over(tape):
        if pod.node_name.startswith(_handler(tape)):
            yield tape.with_moment(tape.end, edits.another_pod(tape.moments[index]))


def handler_never_runs(tape: Tape) -> Iterator[Tape]:
    def edit(raw: Raw) -> None:
        for key, node in list(edits.nodes(raw).items()):
            if node["name"].startswith(_handler(tape)):
                del edits.nodes(raw)[key]

    if edits.completed(tape) and "onExit" in tape.last()["spec"]:
        yield tape.edited(tape.versions, edit)


def handler_runs_early(tape: Tape) -> Iterator[Tape]:
    name = tape.header.workflow
    handler = next((node for node in edits.nodes(tape.last()).values() if node["name"] == _handler(tape)), None)
    index = edits.first_where(tape, lambda raw: edits.nodes(raw).get(name, {}).get("phase") == "Running")
    if handler is None or index is None:
        return
    early = {**handler, "phase": "Running"}
    early.pop("finishedAt", None)
    yield tape.edited([index], lambda raw: edits.put(edits.nodes(raw), {handler["id"]: early}))


def _hook_pod(tape: Tape, number: int) -> Moment | None:
    """A pod that is over, as if it had run a hook."""

    def edit(raw: Raw) -> None:
        raw["metadata"]["annotations"] |= {NODE_NAME: f"{tape.header.workflow}.hooks.notify", NODE_ID: "hook"}
        raw["metadata"] |= {"uid": f"hook-{number}", "name": f"hook-{number}"}

    found = edits.last_over(tape)
    return tape.moments[found[-1][0]].edited(edit) if found else None


def _hook_ran(tape: Tape) -> Iterator[Tape]:
    pod, last = _hook_pod(tape, 1), edits.nodes(tape.last()).get(tape.header.workflow)
    if pod is None or last is None or not edits.completed(tape) or "podGC" in tape.last()["spec"]:
        return
    name = f"{tape.header.workflow}.hooks.notify"
    hook = {**last, "id": "hook", "name": name, "displayName": "notify", "type": "Pod", "phase": "Succeeded"}
    hook |= {"nodeFlag": {"hooked": True}, "children": []}
    with_node = tape.edited(tape.versions[-1:], lambda raw: edits.put(edits.nodes(raw), {"hook": hook}))
    yield with_node.with_moment(with_node.end, pod)


def hook_runs_twice(tape: Tape) -> Iterator[Tape]:
    pod = _hook_pod(tape, 2)
    if pod is not None:
        yield tape.with_moment(tape.end, pod)


def _steps_with_hooks(tape: Tape) -> Iterator[Tape]:
    """Every step has an exit hook, and it ran."""

    def edit(raw: Raw) -> None:
        for template in raw["spec"].get("templates", ()):
            for group in template.get("steps", ()):
                for step in group:
                    step["hooks"] = {"exit": {"template": "main"}}
        for node in list(edits.nodes(raw).values()):
            if STEP.search(node["name"]) and node["phase"] in ("Succeeded", "Failed"):
                hook = {**node, "id": f"{node['id']}-exit", "name": f"{node['name']}.onExit", "type": "Pod"}
                edits.nodes(raw)[hook["id"]] = hook | {"children": [], "phase": "Succeeded", "templateName": "main"}

    spec = tape.last()["spec"]
    steps = [step for template in spec.get("templates", ()) for group in template.get("steps", ()) for step in group]
    plain = not any("withItems" in step or "hooks" in step for step in steps)
    if steps and plain and "shutdown" not in spec and not edits.retried_by_hand(tape):
        yield tape.edited(tape.versions, edit)


def hook_never_runs(tape: Tape) -> Iterator[Tape]:
    def edit(raw: Raw) -> None:
        for key in [key for key in edits.nodes(raw) if key.endswith("-exit")]:
            del edits.nodes(raw)[key]

    yield tape.edited(tape.versions, edit)


HANDLER = (
    Mutator("the exit handler runs twice", handler_runs_twice),
    Mutator("the exit handler never runs", handler_never_runs),
    Mutator("the exit handler runs early", handler_runs_early),
)
HOOKS = (
    Mutator("a hook runs twice", hook_runs_twice, _hook_ran),
    Mutator("an exit hook of a step never runs", hook_never_runs, _steps_with_hooks),
)
