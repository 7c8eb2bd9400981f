"""One watch per resource kind per cluster, handed out by namespace.

A watch is resumed from the last resourceVersion, so nothing is lost when the server closes it. When the server has
forgotten that version (410), the kind is listed anew and everybody is told of the gap. An API server that stays away is
reported as such: whatever happens then says nothing about Argo.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from harness.cluster.api import Api, ApiError, ApiGone
from harness.history import controller
from harness.model.events import Resource, Verb
from harness.model.header import ARGO_NAMESPACE

if TYPE_CHECKING:
    from harness.cluster.watching import Watch

PATHS: Mapping[Resource, str] = {
    Resource.WORKFLOW: "/apis/argoproj.io/v1alpha1/workflows",
    Resource.POD: "/api/v1/pods",
    Resource.TASK_RESULT: "/apis/argoproj.io/v1alpha1/workflowtaskresults",
    Resource.NODE: "/api/v1/nodes",
    Resource.LEASE: "/apis/coordination.k8s.io/v1/namespaces/{argo}/leases",
    Resource.EVENT: "/api/v1/events",
}
VERBS = frozenset(verb.value for verb in Verb)
SHARED = frozenset({Resource.NODE, Resource.LEASE})
SERVER_CLOSES_AFTER = 300
"""Seconds until the API server ends a watch by itself; it is then resumed."""
AWAY_PATIENCE = 5.0
"""Seconds without an answer after which the API server counts as lost."""

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One watch event as it came; `received` is `time.monotonic()` when its last byte was read."""

    resource: Resource
    verb: Verb
    received: float
    object: Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A watch lost its place: events of this kind may be missing."""

    resource: Resource
    received: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The API server cannot be reached any more. `retried`: it is asked again and again, and may come back."""

    received: float
    why: str
    retried: bool = False


Message = Line | Lost | Away


class Sink(Protocol):
    def __call__(self, message: Message, /) -> None: ...


class Watching:
    """All watches of one cluster. Sinks are called in the thread of the watch and must return at once."""

    def __init__(self, api: Api, argo: str = ARGO_NAMESPACE) -> None:
        """`argo` is the namespace of Argo's controller."""
        self._api = api
        self._argo = argo
        self._paths = {resource: path.format(argo=argo) for resource, path in PATHS.items()}
        self._sinks: dict[str, Sink] = {}
        self._known: dict[Resource, dict[str, Raw]] = {resource: {} for resource in PATHS}
        """The last version of everything that exists, by identity; Events are not kept."""
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._open: dict[Resource, Watch] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Returns when every kind has been listed, so that no later event can be missed."""
        versions = {resource: self._list(resource) for resource in PATHS}
        for resource, version in versions.items():
            thread = threading.Thread(
                target=self._follow, args=(resource, version), name=f"watch-{resource}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        self._over.set()
        for stream in list(self._open.values()):
            stream.close()

    def subscribe(self, namespace: str, sink: Sink) -> None:
        """From now on `sink` gets what happens in `namespace`, and the present state of what all share first."""
        with self._lock:
            for resource in sorted(SHARED):
                for item in self._known[resource].values():
                    sink(Line(resource=resource, verb=Verb.ADDED, received=time.monotonic(), object=item))
            for item in filter(self._is_controller, self._known[Resource.POD].values()):
                sink(Line(resource=Resource.POD, verb=Verb.ADDED, received=time.monotonic(), object=item))
            self._sinks[namespace] = sink

    def unsubscribe(self, namespace: str) -> None:
        with self._lock:
            self._sinks.pop(namespace, None)

    def controllers(self) -> tuple[Raw, ...]:
        """The pods of Argo's controller, as they were seen last."""
        with self._lock:
            return tuple(filter(self._is_controller, self._known[Resource.POD].values()))

    def _is_controller(self, item: Raw) -> bool:
        """What happens to Argo's controller concerns every cell."""
        meta = item["metadata"]
        return meta.get("namespace", "") == self._argo and controller.is_named(meta["name"])

    def _list(self, resource: Resource) -> str:
        listed = self._api.get(self._paths[resource])
        for item in listed["items"]:
            line = Line(resource=resource, verb=Verb.ADDED, received=time.monotonic(), object=item)
            if resource in SHARED:
                self._hand_out(line)
            else:
                self._known[resource][identity(item)] = item
        return str(listed["metadata"]["resourceVersion"])

    def _follow(self, resource: Resource, version: str) -> None:
        try:
            self._follow_for_ever(resource, version)
        except Exception as error:
            # a dead watch looks like a quiet cluster, and a quiet cluster like a stuck workflow
            self._tell_all(Away(received=time.monotonic(), why=f"the watch of {resource} failed: {error!r}"))

    def _follow_for_ever(self, resource: Resource, version: str) -> None:
        away_since: float | None = None
        while not self._over.is_set():
            try:
                version = self._stream(resource, version)
                away_since = None
            except ApiGone as error:
                version = self._start_anew(resource, str(error)) or version
            except (ApiError, OSError) as error:
                away_since = self._wait_for_server(away_since, error)

    def _stream(self, resource: Resource, version: str) -> str:
        """Follows one connection to its end; returns the version to go on from."""
        stream = self._api.watch(self._paths[resource], resource_version=version, timeout=SERVER_CLOSES_AFTER)
        self._open[resource] = stream
        for event in stream:
            received = time.monotonic()
            version = str(event.object["metadata"]["resourceVersion"])
            if event.type in VERBS:
                self._hand_out(Line(resource=resource, verb=Verb(event.type), received=received, object=event.object))
        return version

    def _hand_out(self, line: Line) -> None:
        with self._lock:
            self._remember(line)
            if line.resource in SHARED or (line.resource is Resource.POD and self._is_controller(line.object)):
                self._tell_everybody(line)
                return
            sink = self._sinks.get(line.object["metadata"].get("namespace", ""))
            if sink is not None:
                sink(line)

    def _remember(self, line: Line) -> None:
        known = self._known[line.resource]
        if line.verb is Verb.DELETED:
            known.pop(identity(line.object), None)
        elif line.resource is not Resource.EVENT:
            known[identity(line.object)] = line.object

    def _tell_all(self, message: Message) -> None:
        with self._lock:
            self._tell_everybody(message)

    def _tell_everybody(self, message: Message) -> None:
        for sink in self._sinks.values():
            sink(message)

    def _start_anew(self, resource: Resource, why: str) -> str | None:
        """Everybody is told of the gap and then of how things are now, so that nothing old is taken for present."""
        self._tell_all(Lost(resource=resource, received=time.monotonic(), why=why))
        try:
            listed = self._api.get(self._paths[resource])
        except ApiError:
            return None
        there = {identity(item): item for item in listed["items"]}
        for key, item in list(self._known[resource].items()):
            if key not in there:
                self._hand_out(Line(resource=resource, verb=Verb.DELETED, received=time.monotonic(), object=item))
        for item in there.values():
            self._hand_out(Line(resource=resource, verb=Verb.MODIFIED, received=time.monotonic(), object=item))
        return str(listed["metadata"]["resourceVersion"])

    def _wait_for_server(self, since: float | None, error: Exception) -> float:
        now = time.monotonic()
        since = now if since is None else since
        if now - since > AWAY_PATIENCE and not self._over.is_set():
            why = f"the API server has not answered for {now - since:.0f} s: {error}"
            self._tell_all(Away(received=now, why=why, retried=True))
        self._over.wait(0.2)
        return since


def identity(item: Raw) -> str:
    """What tells an object from its successor of the same name."""
    meta = item["metadata"]
    return f"{meta.get('namespace', '')}/{meta['name']}/{meta.get('uid', '')}"
