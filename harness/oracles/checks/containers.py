"""How a container ended, over every pod there ever was for the matching nodes."""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.pods import Container
from harness.model.verdicts import Check
from harness.oracles import selectors
from harness.oracles.checks.seen import UNKNOWN, fits, listed
from harness.scenario.expectation import ContainerOutcome


def check(expected: ContainerOutcome, state: State) -> Iterator[Check]:
    where = selectors.describe(expected)
    label = f"containers[{where}, name {expected.name}]"
    pods = list(selectors.pods(expected, state))
    if not pods:
        yield Check(name=label, expected="at least 1 pod", seen="no pod", holds=False)
        return
    ends = [trace.ends.get(expected.name) for trace in pods]
    known = [end.value for end in ends if end is not None]
    missing = _missing([t for t, end in zip(pods, ends, strict=True) if end is None], expected.name)
    if expected.exit_code is not None:
        codes = [f"{c.exit_code}{f' ({c.reason})' if c.reason else ''}" for c in known]
        right = all(c.exit_code == expected.exit_code for c in known)
        yield _check(f"{label}.exitCode", str(expected.exit_code), codes, missing, right=right)
    if expected.reason is not None:
        right = all(fits(expected.reason, c.reason) for c in known)
        yield _check(f"{label}.reason", expected.reason, [_reason(c) for c in known], missing, right=right)
    if expected.exit_code is None and expected.reason is None:
        yield _check(label, "ended", ["ended"] * len(known), missing, right=True)


def _check(name: str, expected: str, seen: list[str], missing: str, *, right: bool) -> Check:
    if right and missing:
        return Check(name=name, expected=expected, seen=missing, holds=False)
    return Check(name=name, expected=expected, seen=listed(seen), holds=right)


def _missing(pods: list[PodTrace], name: str) -> str:
    """Why some ends are not known: still running is an answer, gone without a word is none."""
    running = [trace.pod.name for trace in pods if trace.gone is None]
    if running:
        return f"{name} of {listed(running)} has not ended"
    gone = [trace.pod.name for trace in pods]
    return f"{UNKNOWN}{listed(gone)} went without a last status of {name}" if gone else ""


def _reason(container: Container) -> str:
    return container.reason or "(none)"
