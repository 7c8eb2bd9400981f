"""What several proofs ask of cluster nodes: how one was when the step was fired, and since when it is otherwise."""

from collections.abc import Callable

from harness.history.state import State
from harness.history.traces import HostView
from harness.oracles.proofs.proof import Proof

Look = Callable[[HostView], bool]


def turned(host: str, since: int, state: State, look: Look) -> int | None:
    """The first entry after `since` with a version that looks so; None where it did so before."""
    trace = state.hosts.get(host)
    versions = trace.versions if trace else []
    before = [version for version in versions if version.at.seq <= since]
    if not before or look(before[-1].value):
        return None
    return next((version.at.seq for version in versions[len(before) :] if look(version.value)), None)


def lost(view: HostView) -> bool:
    """Not heard of for too long; a node that says itself that it is not ready is not lost."""
    return view.exists and view.node.ready == "Unknown"


def joined(*parts: Proof | None) -> Proof | None:
    """All of them, or none."""
    whole = [part for part in parts if part is not None]
    if len(whole) != len(parts):
        return None
    return Proof(seq=max(part.seq for part in whole), text=", and ".join(part.text for part in whole))
