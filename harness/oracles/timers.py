"""The controller's own timers: a workflow that one of them will still move is slow, not stuck.

Which of them exist depends on the release; their defaults are Argo's. A step may change either in mid-workflow.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from harness.history.raw import mapping, text
from harness.history.stamps import seconds
from harness.history.state import State
from harness.model.errors import UsageError
from harness.model.header import Header
from harness.model.release import Release

_CHANGING: Final = frozenset({"configure-controller", "swap-argo"})
LEASE_SLACK: Final = 3.0
NUDGE_PATIENCE: Final = 8.0
"""Seconds after a nudge in which a workflow that can still move does move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """All in seconds; None where the release has no such timer.

    `result_timeout` counts from the end of a node whose task result is incomplete, `recently_deleted` too, if its pod
    is gone; `lease` is how often the leader renews and `lease_duration` how long that counts, None without an election.
    """

    requeue: float = 1.0
    recently_started: float = 10.0
    recently_deleted: float | None = None
    result_timeout: float | None = None
    lease: float | None = 5.0
    lease_duration: float | None = 15.0

    @property
    def quiet(self) -> float:
        """Silence of three reconciliations and a second on top."""
        return 3 * self.requeue + 1.0

    @property
    def lease_age(self) -> float:
        """Beyond this age of the lease nobody holds it for certain."""
        return 2 * (self.lease or 0.0) + LEASE_SLACK


def timers_of(header: Header | None) -> Timers:
    """Those of the controller with which the history begins."""
    if header is None:
        return Timers()
    return _timers(header.argo, tuple(sorted(header.settings.env.items())))


def timers_now(state: State) -> Timers:
    """Once a step has changed the controller, the longer of those of before and after: what it waits for may have begun
    under either."""
    timers, header = timers_of(state.header), state.header
    if header is None:
        return timers
    argo, env = header.argo, header.settings.env
    for change in _changes(state):
        argo, env = change.release or argo, {**env, **change.env}
        timers = _longer(timers, _timers(argo, tuple(sorted(env.items()))))
    return timers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    release: str = ""
    env: Mapping[str, str]


def _changes(state: State) -> Iterator[_Change]:
    """What fired steps have set, as the scenario in the header says."""
    for index, trace in state.steps.items():
        if trace.triggered is not None and trace.verb in _CHANGING:
            step = state.declared(index)
            given = mapping(step, "inject", trace.verb) or mapping(step, "do", trace.verb)
            env = mapping(given, "env")
            yield _Change(release=text(given, "to"), env={name: text(env, name) for name in env})


def _longer(one: Timers, other: Timers) -> Timers:
    """An election that either has not is none."""
    known = one.lease is not None and other.lease is not None
    return replace(
        one,
        requeue=max(one.requeue, other.requeue),
        recently_started=max(one.recently_started, other.recently_started),
        recently_deleted=_later(one.recently_deleted, other.recently_deleted),
        result_timeout=_later(one.result_timeout, other.result_timeout),
        lease=_later(one.lease, other.lease) if known else None,
        lease_duration=_later(one.lease_duration, other.lease_duration) if known else None,
    )


def _later(one: float | None, other: float | None) -> float | None:
    return max((each for each in (one, other) if each is not None), default=None)


@lru_cache(maxsize=64)
def _timers(argo: str, settings: tuple[tuple[str, str], ...]) -> Timers:
    env = dict(settings)
    elects = env.get("LEADER_ELECTION_DISABLE") != "true"
    return Timers(
        requeue=_of(env, "DEFAULT_REQUEUE_TIME", 10.0),
        recently_started=_of(env, "RECENTLY_STARTED_POD_DURATION", 10.0),
        recently_deleted=_of(env, "RECENTLY_DELETED_POD_DURATION", 120.0) if _has(argo, "3.5.11") else None,
        result_timeout=_of(env, "TASK_RESULT_TIMEOUT_DURATION", 600.0) if _has(argo, "3.7.1") else None,
        lease=_of(env, "LEADER_ELECTION_RETRY_PERIOD", 5.0) if elects else None,
        lease_duration=_of(env, "LEADER_ELECTION_LEASE_DURATION", 15.0) if elects else None,
    )


def _of(env: Mapping[str, str], name: str, default: float) -> float:
    found = seconds(env.get(name))
    return default if found is None else found


def _has(argo: str, since: str) -> bool:
    """Whether the release is at least that one; a release that cannot be read counts as the newest."""
    try:
        return Release.parse(argo) >= Release.parse(since)
    except UsageError:
        return True
