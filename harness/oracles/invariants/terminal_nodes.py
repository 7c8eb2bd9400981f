"""terminal-nodes-stay: a node that has ended never changes its phase, and no node ever disappears.

Why: everything downstream was decided by that phase, and what runs without a node is done again. Broken by #13986 (a
stale copy wins), #13196 (a manual retry makes a Succeeded node `Error: pod deleted`), #14796 (a retry resets Succeeded
Retry nodes).

Lawful: a manual retry, while it is under way, resets nodes that did not succeed, exit handlers, groups above what
failed, and whatever lies below a failed node; with `restart-successful` or a node field selector also others. A
Succeeded node beside these must stay. Argo 4 sends a node back to Pending when it restarts its pod. What changed across
a gap of the watch cannot be judged, and is told as unknown.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.history.traces import NodeChange
from harness.model.events import AnyEntry, Resource
from harness.model.phases import Phase
from harness.model.verdicts import Violation
from harness.model.workflow import Node
from harness.oracles.checks.seen import UNKNOWN
from harness.oracles.invariants.invariant import EachEntry, Wake, after_gap, retrying

GROUPS: Final = frozenset({"Steps", "StepGroup", "DAG", "TaskGroup"})
FAILED: Final = frozenset({Phase.FAILED, Phase.ERROR})


class TerminalNodesStay(EachEntry):
    name: ClassVar[str] = "terminal-nodes-stay"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.UNDONE})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        for change in state.changes:
            before, after = change.before, change.after
            if before is None or (after is not None and (not before.phase.terminal or after.phase is before.phase)):
                continue
            if (after and after.restarting) or _reset_by_retry(before, state):
                continue
            now = f"{after.phase} {after.message}".strip() if after else "gone"
            text = f"{before.display_name} was {before.phase or 'new'} and became {now}"
            if after_gap(state, Resource.WORKFLOW, _previous(change, state)):
                text = f"{UNKNOWN}{text}, but the watch had a gap"
            yield self.violated(state, text, before.id)


def _previous(change: NodeChange, state: State) -> int:
    """The entry that showed the node's version before this one."""
    versions = state.nodes[change.id].versions
    return versions[-2].at.seq if len(versions) > 1 else 0


def _reset_by_retry(node: Node, state: State) -> bool:
    retry = retrying(state)
    if retry is None:
        return False
    if node.phase is not Phase.SUCCEEDED or node.on_exit or _asked_for_more(retry.step, state):
        return True
    before = _table_before(state)
    if node.type in GROUPS and any(below.phase in FAILED for below in _below(node, before)):
        return True
    failed = [other for other in before.values() if other.phase in FAILED and other.type not in GROUPS]
    return any(node.id == below.id for other in failed for below in _below(other, before))


def _asked_for_more(index: int, state: State) -> bool:
    method = state.header.scenario.spec.get("method", []) if state.header else []
    step = method[index] if index < len(method) else {}
    verb = (step.get("do") or {}).get("retry") or {}
    return bool(verb.get("restart-successful") or verb.get("node-field-selector"))


def _table_before(state: State) -> dict[str, Node]:
    """The node table as it was before the last entry."""
    table = dict(state.workflow.nodes) if state.workflow else {}
    for change in state.changes:
        if change.before is None:
            table.pop(change.id, None)
        else:
            table[change.id] = change.before
    return table


def _below(node: Node, table: dict[str, Node]) -> Iterator[Node]:
    seen, open_ids = {node.id}, list(node.children)
    while open_ids:
        below = table.get(open_ids.pop())
        if below is not None and below.id not in seen:
            seen.add(below.id)
            open_ids += below.children
            yield below
