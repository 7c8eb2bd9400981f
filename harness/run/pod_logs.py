"""The logs of a cell's pods. A pod that is deleted takes its logs with it, so they are read while it lives: the `wait`
container, which tells most of a bug, is followed from its start; any other is read when it has ended, when its pod is
being deleted, and at the end.

Nothing here can change a verdict: what could not be had is written down beside what could.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.cluster.api import Api
from harness.cluster.streaming import Stream
from harness.model.errors import HarnessError
from harness.model.events import Resource, Verb
from harness.run.capped import CappedLog
from harness.run.watching import Line, Message

FOLLOWED: Final = "wait"
MOST_FOLLOWED: Final = 32
"""Threads at once in a cell; further pods are read like other containers."""
READERS: Final = 4
READ_PATIENCE: Final = 5.0
FOLLOW_PATIENCE: Final = 3600.0
END_PATIENCE: Final = 10.0
MISSING: Final = "missing.txt"


@dataclass(slots=True)
class _Pod:
    """`stem` begins the names of its files; `said` holds the logs, `trouble` why one is not there, by container."""

    name: str
    stem: str
    containers: tuple[str, ...] = ()
    ended: set[str] = field(default_factory=set)
    final: set[str] = field(default_factory=set)
    said: dict[str, CappedLog] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)
    deleting: bool = False
    gone: bool = False
    follower: threading.Thread | None = None
    stream: Stream | None = None

    def offer(self, container: str, log: CappedLog) -> None:
        """A log only grows: the larger one is the later one."""
        if log.size >= (self.said[container].size if container in self.said else 0):
            self.said[container] = log


class PodLogs:
    """A sink of watch messages beside the cell's own; `keep` ends it."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._path = f"/api/v1/namespaces/{namespace}/pods"
        self._pods: dict[str, _Pod] = {}
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="pod-logs")
        self._reading: list[Future[None]] = []
        self._lock = threading.Lock()
        self._over = False

    def __call__(self, message: Message, /) -> None:
        """Called in the thread of the watch, which serves every cell: it only starts what takes time."""
        if not isinstance(message, Line) or message.resource is not Resource.POD:
            return
        with self._lock:
            if not self._over and message.object["metadata"].get("namespace") == self._namespace:
                self._notice(message.object, deleted=message.verb is Verb.DELETED)

    def keep(self, folder: Path) -> tuple[Path, ...]:
        """Writes every log that could be had into the folder, and into `missing.txt` which could not, and why."""
        with self._lock:
            self._over = True
        wait(self._reading, timeout=END_PATIENCE)
        for pod in self._pods.values():
            self._read(pod, [name for name in pod.containers if name not in pod.final])
        wait(self._reading, timeout=END_PATIENCE)
        self.close()
        kept = [path for pod in self._pods.values() for path in _write(pod, folder)]
        missing = [line for pod in self._pods.values() for line in _missing(pod)]
        if missing:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / MISSING).write_text("".join(f"{line}\n" for line in missing), encoding="utf-8")
        return tuple(kept)

    def close(self) -> None:
        """Lets go of every connection. May be called twice."""
        with self._lock:
            self._over = True
        self._readers.shutdown(wait=False, cancel_futures=True)
        for pod in self._pods.values():
            if pod.stream is not None:
                pod.stream.close()
        for pod in self._pods.values():
            if pod.follower is not None:
                pod.follower.join(1.0)

    def _notice(self, raw: Mapping[str, Any], *, deleted: bool) -> None:
        meta, status = raw["metadata"], raw.get("status", {})
        pod = self._pods.get(meta["uid"]) or self._new(meta["uid"], meta["name"])
        pod.containers = tuple(container["name"] for container in raw.get("spec", {}).get("containers", ()))
        pod.gone = deleted
        states = {one["name"]: one.get("state", {}) for one in status.get("containerStatuses", ())}
        if any(key in states.get(FOLLOWED, {}) for key in ("running", "terminated")):
            self._follow(pod)
        if meta.get("deletionTimestamp") and not pod.deleting:
            pod.deleting = True
            self._read(pod, (name for name, state in states.items() if "running" in state))
        ended = {name for name, state in states.items() if "terminated" in state} - pod.ended
        pod.ended |= ended
        self._read(pod, sorted(ended))

    def _new(self, uid: str, name: str) -> _Pod:
        """`argo retry` makes pods anew under their old names."""
        twins = sum(pod.name == name for pod in self._pods.values())
        self._pods[uid] = _Pod(name=name, stem=f"{name}~{twins + 1}" if twins else name)
        return self._pods[uid]

    def _follow(self, pod: _Pod) -> None:
        if pod.follower is not None or pod.gone or self._followed() >= MOST_FOLLOWED:
            return
        pod.follower = threading.Thread(target=self._listen, args=(pod,), name=f"log-{pod.name}", daemon=True)
        pod.follower.start()

    def _followed(self) -> int:
        return sum(pod.follower is not None and pod.follower.is_alive() for pod in self._pods.values())

    def _listen(self, pod: _Pod) -> None:
        log = CappedLog()
        try:
            pod.stream = self._open(pod, FOLLOWED, FOLLOW_PATIENCE, follow="true")
            pod.offer(FOLLOWED, log)
            for piece in pod.stream:
                log.add(piece)
        except HarnessError as error:
            pod.trouble[FOLLOWED] = error.message

    def _read(self, pod: _Pod, containers: Iterable[str]) -> None:
        for container in containers if not pod.gone else ():
            self._reading.append(self._readers.submit(self._fetch, pod, container, container in pod.ended))

    def _fetch(self, pod: _Pod, container: str, ended: bool) -> None:
        log = CappedLog()
        try:
            for piece in self._open(pod, container, READ_PATIENCE):
                log.add(piece)
        except HarnessError as error:
            pod.trouble.setdefault(container, error.message)
            return
        pod.offer(container, log)
        if ended:
            pod.final.add(container)

    def _open(self, pod: _Pod, container: str, patience: float, **query: str) -> Stream:
        path = f"{self._path}/{pod.name}/log"
        return self._api.stream(path, patience=patience, container=container, timestamps="true", **query)


def _write(pod: _Pod, folder: Path) -> Iterator[Path]:
    for container, log in sorted(pod.said.items()):
        if log.text.strip():
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{pod.stem}.{container}.log"
            path.write_text(log.text, encoding="utf-8")
            yield path


def _missing(pod: _Pod) -> Iterator[str]:
    for container in pod.containers:
        log = pod.said.get(container)
        if log is not None and log.text.strip():
            continue
        if log is not None:
            why = "it said nothing"
        elif pod.gone:
            why = "the pod was deleted before its log could be read"
        else:
            why = pod.trouble.get(container, "its container did not start")
        yield f"{pod.stem}.{container}: {why}"
