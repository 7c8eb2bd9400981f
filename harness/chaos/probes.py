"""Chaos Toolkit probes: wait for the moment of a step, and judge the outcome, with the code that judges scenarios."""

import tempfile
from pathlib import Path
from typing import Any, TypeVar

from chaoslib.exceptions import ActivityFailed
from pydantic import TypeAdapter, ValidationError

from harness.chaos import sessions
from harness.chaos.chronicle import Chronicle, Moment
from harness.chaos.place import CONTROLLER, Place, attached, installed, opened, place
from harness.chaos.signatures import Configuration, Secrets
from harness.cluster.api import ApiNotFound
from harness.model.errors import GaveUpWaiting, HarnessError, UsageError
from harness.oracles.explaining import explain
from harness.scenario.conditions import Condition, NodeSelector
from harness.scenario.duration import parse_duration

__all__ = ["verdict", "wait_for"]

T = TypeVar("T")


def wait_for(
    workflow: str,
    when: dict[str, Any],
    namespace: str = "default",
    within: str = "60s",
    target: dict[str, Any] | None = None,
    step: str = "",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> str:
    """Waits for a moment, written as `when` in a scenario, and says what it saw. The next action then hits what the
    moment is about, or what `target` picks; `step` names it for a later `landed`."""
    try:
        where = place(configuration, namespace=namespace, workflow=workflow)
        if (session := sessions.joined(where)) is None:
            return _wait_alone(where, _read(Condition, when, "when"), _read_seconds(within))
        with session.acting():
            condition, seconds = _read(Condition, when, "when"), _read_seconds(within)
            selector = _read(NodeSelector, target, "target") if target else None
            found = session.chronicle.moment(condition, seconds, selector, step)
            seen = _demand(found, session.chronicle, condition, seconds)
        session.moment = seen
    except HarnessError as error:
        raise ActivityFailed(str(error)) from None
    return seen.text


def verdict(
    workflow: str,
    expect: dict[str, Any],
    namespace: str = "default",
    known_bugs: list[dict[str, Any]] | None = None,
    waive: list[dict[str, Any]] | None = None,
    markers: list[dict[str, Any]] | None = None,
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> str:
    """Before `submit`: `ready: ...` where the experiment can begin. After it: follows the workflow until its outcome is
    settled and gives the verdict of the whole history, such as `pass: ...`, `known-bug: ...` or `fail: ...`."""
    try:
        where = place(configuration, namespace=namespace, workflow=workflow)
        session = sessions.joined(where)
        if session is None:
            return "inconclusive: the workflow was not submitted" if sessions.tried(where) else _ready(where)
        given = {"expect": expect, "known-bugs": known_bugs, "waive": waive, "markers": markers}
        judged = session.judge({key: value for key, value in given.items() if value})
    except sessions.Broken as error:
        return f"inconclusive: {error}"
    except HarnessError as error:
        raise ActivityFailed(str(error)) from None
    return f"{judged.verdict}: {judged.reason}"


def _wait_alone(where: Place, condition: Condition, seconds: float) -> str:
    with opened(where, None) as site, tempfile.TemporaryDirectory() as folder:
        log = Chronicle(where, site, Path(folder), {"name": "wait-for"})
        with log.listening():
            return _demand(log.moment(condition, seconds, None, ""), log, condition, seconds).text


def _demand(found: Moment | None, log: Chronicle, condition: Condition, seconds: float) -> Moment:
    if found is None:
        why = explain(condition, log.state, log.recording.clock())
        raise GaveUpWaiting(f"its moment did not come within {seconds:g} s: {why}")
    return found


def _ready(where: Place) -> str:
    with attached(where, None) as cluster:
        build, _ = installed(cluster)
        status = cluster.api.get(CONTROLLER).get("status", {})
        if not status.get("availableReplicas"):
            raise HarnessError(f"no controller of Argo {build.release} is available in cluster {cluster.name}")
        try:
            cluster.api.get(f"/api/v1/namespaces/{where.namespace}")
        except ApiNotFound:
            return f"ready: Argo {build.release} is at work in cluster {cluster.name}"
        raise UsageError(f"namespace {where.namespace} is there already", cure="remove it, or give another one")


def _read(kind: type[T], given: dict[str, Any], what: str) -> T:
    try:
        return TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or what}: {each['msg']}" for each in error.errors())
        raise UsageError(f"this is no {what}: {wrong}", cure="mend it in the experiment") from error


def _read_seconds(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"within: {error}") from error
