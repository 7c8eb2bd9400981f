"""Threads that die or hang behind the back of a cell: silence then means nothing."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.cluster.api import ApiGone
from harness.cluster.watching import WatchLine
from harness.model.events import EndReason, Resource, Stage, Verb
from harness.run.method import Method
from harness.run.recording import Recording
from harness.run.watching import Away, Line, Lost, Message, Watching
from harness.scenario.types import Scenario
from tests.oracles.build import header, node, spec, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 3.0


class Stream:
    """One connection of a watch."""

    def __init__(self, lines: list[WatchLine]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[WatchLine]:
        return iter(self._lines)

    def close(self) -> None:
        self._lines = []


class Server:
    """Answers lists, and hands out `first` once as the workflows' watch."""

    def __init__(self, first: list[WatchLine] | Exception) -> None:
        self._first: list[WatchLine] | Exception | None = first
        self.items: list[dict[str, Any]] = []

    def get(self, path: str, **_: object) -> dict[str, Any]:
        return {"metadata": {"resourceVersion": "1"}, "items": self.items if path.endswith("/workflows") else []}

    def watch(self, path: str, **_: object) -> Stream:
        if path.endswith("/workflows") and self._first is not None:
            first, self._first = self._first, None
            if isinstance(first, Exception):
                raise first
            return Stream(first)
        time.sleep(0.05)
        return Stream([])


def told(server: Server, *kinds: type[Message]) -> Message | None:
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    watching = Watching(server)  # type: ignore[arg-type]  # as much of the Api as watching uses
    watching.subscribe("ns", inbox.put)
    watching.start()
    try:
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                message = inbox.get(timeout=left)
            except queue.Empty:
                return None
            if isinstance(message, kinds):
                return message
        return None
    finally:
        watching.close()


WORKFLOW = {"metadata": {"name": "wf", "namespace": "ns", "resourceVersion": "2"}, "status": {"phase": "Failed"}}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watch_that_meets_what_it_does_not_expect_does_not_die_silently() -> None:
    """The thread ends with a KeyError, the workflow is silent from then on, and would be called stuck."""
    odd = WatchLine(type="MODIFIED", object={"kind": "Status", "message": "no metadata"})
    good = WatchLine(type="MODIFIED", object=WORKFLOW)
    assert told(Server([odd, good]), Away, Lost, Line) is not None


def test_after_a_gap_the_present_state_is_handed_out() -> None:
    """The workflow ended in the gap: the list that follows a 410 shows it, and nobody is told."""
    server = Server(ApiGone("too old", status=410, reason="Expired"))
    server.items = [WORKFLOW]
    assert told(server, Line) is not None


class Clock:
    def __init__(self) -> None:
        self.now = time.monotonic()


def test_a_call_that_never_comes_back_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a step fires, neither the method nor `decided` has a bound: the cell waits for ever."""
    kill = {"when": {"node": {"template": "main", "phase": "Running"}}, "inject": {"kill-process": {}}}
    given = spec(method=[kill])
    clock = Clock()
    monkeypatch.setattr("harness.run.recording.time.monotonic", lambda: clock.now)
    recording = Recording(tmp_path / "history.jsonl", header(given), began=clock.now, wall=0.0)
    method = Method(Scenario.model_validate(given), recording, lambda *_: None)
    method.begin()
    for resource, raw in objects():
        recording.seen(line(resource, raw, clock.now))
    method.advance()
    clock.now += 3600
    method.advance()
    stage = recording.state.steps[0].stage
    recording.ended(EndReason.INFRA, "")
    assert stage is not Stage.TRIGGERED


def objects() -> Iterator[tuple[str, dict[str, Any]]]:
    meta = {"namespace": "ns", "labels": {"workflows.argoproj.io/workflow": "wf"}}
    nodes = {"main": node("main", "Running")}
    yield "workflow", {"metadata": meta | {"name": "wf"}, "status": {"phase": "Running", "nodes": nodes}}
    running = {"name": "main", "containerID": "containerd://c1", "state": {"running": {"startedAt": stamp(1)}}}
    own = {"name": "p", "uid": "u1", "annotations": {"workflows.argoproj.io/node-id": "main"}}
    yield "pod", {"metadata": meta | own, "status": {"phase": "Running", "containerStatuses": [running]}}


def line(resource: str, raw: dict[str, Any], received: float) -> Line:
    return Line(resource=Resource(resource), verb=Verb.ADDED, received=received, object=raw)
