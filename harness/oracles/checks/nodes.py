"""What every matching workflow node must look like, how many there are, and what happened to them since a step."""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import NodeTrace
from harness.model.events import Resource
from harness.model.verdicts import Check
from harness.model.workflow import Node
from harness.oracles import selectors
from harness.oracles.checks.moments import step_named
from harness.oracles.checks.seen import UNKNOWN, fits, listed
from harness.scenario.expectation import NodeOutcome

HIDDEN = f"{UNKNOWN}the nodes are kept in a database"


def check(expected: NodeOutcome, state: State) -> Iterator[Check]:
    label = f"nodes[{selectors.describe(expected)}]"
    found = list(selectors.nodes(expected, state))
    hidden = _hidden(state)
    if expected.count is not None or not found:
        yield _count(expected, label, found, hidden=hidden)
    if expected.phase is not None and found:
        seen = listed([f"{node.display_name} {node.phase}" for node in found])
        holds = all(node.phase is expected.phase for node in found)
        yield _now(f"{label}.phase", expected.phase, seen, holds=holds, hidden=hidden)
    if expected.message is not None and found:
        seen = listed([f"{node.display_name}: {node.message or '(none)'}" for node in found])
        holds = all(fits(expected.message, node.message) for node in found)
        yield _now(f"{label}.message", expected.message, seen, holds=holds, hidden=hidden)
    if expected.unchanged_since is not None:
        yield _unchanged(expected, expected.unchanged_since, label, state)
    if expected.changed_since is not None:
        yield _changed(expected, expected.changed_since, label, state)


def _hidden(state: State) -> bool:
    return state.workflow is not None and state.workflow.offloaded


def _now(name: str, expected: str, seen: str, *, holds: bool, hidden: bool) -> Check:
    return Check(name=name, expected=expected, seen=HIDDEN if hidden else seen, holds=holds and not hidden)


def _count(expected: NodeOutcome, label: str, found: list[Node], *, hidden: bool) -> Check:
    wanted = "at least 1" if expected.count is None else str(expected.count)
    holds = len(found) == expected.count if expected.count is not None else bool(found)
    return _now(f"{label}.count", wanted, str(len(found)), holds=holds, hidden=hidden)


def _traces(expected: NodeOutcome, state: State) -> Iterator[NodeTrace]:
    for trace in state.nodes.values():
        if any(v.value is not None and selectors.matches(expected, v.value) for v in trace.versions):
            yield trace


def _unchanged(expected: NodeOutcome, step: str, label: str, state: State) -> Check:
    fired = step_named(step, state)
    since = fired.triggered if fired else None
    if since is None:
        return _check(f"{label}.unchangedSince", step, f"{UNKNOWN}{step} never fired", holds=False)
    gap = state.gap(Resource.WORKFLOW, since.t)
    traces = [trace for trace in _traces(expected, state) if trace.before(since.seq + 1) is not None]
    changes = [text for trace in traces for text in _alterations(trace, since.seq)]
    if changes:
        return _check(f"{label}.unchangedSince", step, listed(changes), holds=False)
    if gap is not None:
        return _check(f"{label}.unchangedSince", step, f"{UNKNOWN}the watch had a gap ({gap.why})", holds=False)
    if _hidden(state):
        return _check(f"{label}.unchangedSince", step, HIDDEN, holds=False)
    seen = "unchanged" if traces else f"no such node when {step} fired"
    return _check(f"{label}.unchangedSince", step, seen, holds=bool(traces))


def _alterations(trace: NodeTrace, since: int) -> Iterator[str]:
    was = trace.before(since + 1)
    for version in trace.since(since):
        now = version.value
        if was is not None and now is None:
            yield f"{was.display_name} was removed"
        elif was is None or now is None or _face(was) != _face(now):
            old = f"{was.phase} {was.message}".strip() if was else "removed"
            yield f"{trace.last.display_name}: {old} -> {now.phase if now else ''} {now.message if now else ''}".strip()
        was = now


def _face(node: Node) -> tuple[object, ...]:
    return node.phase, node.message, node.finished_at


def _changed(expected: NodeOutcome, step: str, label: str, state: State) -> Check:
    fired = step_named(step, state)
    since = fired.triggered if fired else None
    if since is None:
        return _check(f"{label}.changedSince", step, f"{UNKNOWN}{step} never fired", holds=False, verb="started anew")
    anew = [t.last.display_name for t in _traces(expected, state) if _started_anew(t, since.seq)]
    none = HIDDEN if _hidden(state) else "none was started anew"
    seen = f"{listed(anew)} started anew" if anew else none
    return _check(f"{label}.changedSince", step, seen, holds=bool(anew), verb="started anew")


def _started_anew(trace: NodeTrace, since: int) -> bool:
    before = trace.before(since + 1)
    for version in trace.since(since):
        now = version.value
        if now is not None and (before is None or now.started_at != before.started_at):
            return now.started_at is not None or before is None
    return False


def _check(name: str, step: str, seen: str, *, holds: bool, verb: str = "unchanged") -> Check:
    return Check(name=name, expected=f"{verb} since {step}", seen=seen, holds=holds)
