"""The logs of pods against an API server of our own: followed while a pod lives, kept when it is gone."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

from harness.cluster import kubeconfig
from harness.cluster.api import Api
from harness.model.events import Resource, Verb
from harness.run.capped import CappedLog, capped
from harness.run.pod_logs import MOST_FOLLOWED, PodLogs
from harness.run.watching import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMESPACE = "ns"
PATIENCE = 5.0


class Kubelet:
    """What each container has said so far, by pod and container; a pod that is not there has none."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, str], bytes] = {}
        self.asked: list[tuple[str, str, bool]] = []
        self.followers: set[tuple[str, str]] = set()
        self.sent: dict[tuple[str, str], int] = {}
        self.over = False
        self.changed = threading.Condition()

    def say(self, pod: str, container: str, text: str) -> None:
        with self.changed:
            self.said[pod, container] = self.said.get((pod, container), b"") + text.encode()
            self.changed.notify_all()

    def forget(self, pod: str) -> None:
        with self.changed:
            self.said = {key: text for key, text in self.said.items() if key[0] != pod}
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def news(self, key: tuple[str, str], done: int) -> bool:
        return self.over or len(self.said.get(key, b"")) != done

    def wait_for(self, what: Any) -> None:
        with self.changed:
            assert self.changed.wait_for(what, PATIENCE)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the base class's name
        kubelet: Kubelet = self.server.kubelet  # type: ignore[attr-defined]  # ours, see below
        url = urlparse(self.path)
        pod, query = url.path.split("/")[-2], parse_qs(url.query)
        key, follow = (pod, query["container"][0]), "follow" in query
        with kubelet.changed:
            kubelet.asked.append((*key, follow))
            there = key in kubelet.said
        if not there:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._pour(kubelet, key, follow)
        self.wfile.write(b"0\r\n\r\n")

    def _pour(self, kubelet: Kubelet, key: tuple[str, str], follow: bool) -> None:
        done = 0
        while True:
            with kubelet.changed:
                if follow:
                    kubelet.followers.add(key)
                    kubelet.changed.notify_all()
                    kubelet.changed.wait_for(partial(kubelet.news, key, done), PATIENCE)
                piece = kubelet.said.get(key, b"")[done:]
            if piece:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                self.wfile.flush()
                done += len(piece)
                with kubelet.changed:
                    kubelet.sent[key] = done
                    kubelet.changed.notify_all()
            if not follow or not piece:
                return

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # whoever followed has gone

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def cluster() -> Iterator[tuple[Kubelet, Api]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kubelet = server.kubelet = Kubelet()  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    api = Api(kubeconfig.Access(server=f"http://127.0.0.1:{server.server_port}", headers=dict))
    try:
        yield kubelet, api
    finally:
        api.close()
        kubelet.close()
        server.shutdown()
        thread.join()
        server.server_close()


def pod(
    name: str,
    verb: Verb = Verb.MODIFIED,
    *,
    uid: str = "",
    namespace: str = NAMESPACE,
    deleting: bool = False,
    **states: str,
) -> Line:
    """`main="running"`; a container without a state has not started."""
    return Line(
        resource=Resource.POD,
        verb=verb,
        received=time.monotonic(),
        object={
            "metadata": {
                "name": name,
                "namespace": namespace,
                "uid": uid or name,
                **({"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else {}),
            },
            "spec": {"containers": [{"name": "wait"}, {"name": "main"}]},
            "status": {"containerStatuses": [{"name": key, "state": {state: {}}} for key, state in states.items()]},
        },
    )


def kept(logs: PodLogs, folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in logs.keep(folder)}


def test_a_pod_that_is_deleted_leaves_the_log_of_its_wait_container(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        kubelet.say("a", "wait", "starting\n")
        kubelet.say("a", "main", "working\n")
        logs(pod("a", wait="running", main="running"))
        kubelet.wait_for(lambda: ("a", "wait") in kubelet.followers)
        logs(pod("a", Verb.DELETED, wait="running", main="running"))
        kubelet.say("a", "wait", "terminated: saving nothing\n")
        kubelet.wait_for(lambda: kubelet.sent.get(("a", "wait")) == len(kubelet.said["a", "wait"]))
        kubelet.forget("a")
        for thread in threading.enumerate():
            if thread.name == "log-a":
                thread.join(PATIENCE)
        found = kept(logs, tmp_path)
    assert found == {"a.wait.log": "starting\nterminated: saving nothing\n"}
    assert (tmp_path / "missing.txt").read_text() == "a.main: the pod was deleted before its log could be read\n"


def test_a_pod_that_is_asked_to_go_is_read_before_it_does(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        kubelet.say("a", "wait", "w\n")
        kubelet.say("a", "main", "half of the work\n")
        logs(pod("a", deleting=True, wait="running", main="running"))
        kubelet.wait_for(lambda: ("a", "main") in kubelet.sent)
        logs(pod("a", Verb.DELETED, deleting=True, wait="running", main="running"))
        kubelet.forget("a")
        assert kept(logs, tmp_path)["a.main.log"] == "half of the work\n"


def test_what_ends_is_read_once_and_not_again_at_the_end(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        for name in ("wait", "main"):
            kubelet.say("a", name, f"{name} is done\n")
        for _ in range(3):
            logs(pod("a", wait="terminated", main="terminated"))
        found = kept(logs, tmp_path)
        reads = [asked for asked in kubelet.asked if not asked[2]]
    assert found == {"a.wait.log": "wait is done\n", "a.main.log": "main is done\n"}
    assert sorted(reads) == [("a", "main", False), ("a", "wait", False)]
    assert not (tmp_path / "missing.txt").exists()


def test_what_still_runs_is_read_at_the_end(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        kubelet.say("a", "wait", "w\n")
        kubelet.say("a", "main", "first\n")
        logs(pod("a", wait="running", main="running"))
        kubelet.say("a", "main", "second\n")
        started = time.monotonic()
        assert kept(logs, tmp_path) == {"a.main.log": "first\nsecond\n", "a.wait.log": "w\n"}
        assert time.monotonic() - started < 2


def test_a_log_that_cannot_be_had_is_told_and_nothing_fails(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        kubelet.say("silent", "wait", "")
        logs(pod("never-started"))
        logs(pod("refused", wait="running", main="running"))
        logs(pod("silent", wait="terminated"))
        assert kept(logs, tmp_path) == {}
    told = (tmp_path / "missing.txt").read_text()
    assert "refused.main: GET /api/v1/namespaces/ns/pods/refused/log: 404" in told
    assert "silent.wait: it said nothing" in told
    assert "never-started.main: " in told


def test_an_api_server_that_is_away_costs_no_verdict(tmp_path: Path) -> None:
    nobody = Api(kubeconfig.Access(server="http://127.0.0.1:9", headers=dict))
    logs = PodLogs(nobody, NAMESPACE)
    logs(pod("a", wait="running", main="terminated"))
    assert kept(logs, tmp_path) == {}
    assert "a.main: GET " in (tmp_path / "missing.txt").read_text()


def test_pods_of_one_name_are_told_apart(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        kubelet.say("a", "main", "the first\n")
        logs(pod("a", uid="1", main="terminated"))
        kubelet.wait_for(lambda: ("a", "main") in kubelet.sent)
        logs(pod("a", Verb.DELETED, uid="1", main="terminated"))
        kubelet.forget("a")
        kubelet.say("a", "main", "the second\n")
        logs(pod("a", uid="2", main="terminated"))
        assert kept(logs, tmp_path) == {"a.main.log": "the first\n", "a~2.main.log": "the second\n"}


def test_pods_of_other_namespaces_are_left_alone(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        kubelet.say("workflow-controller-1", "wait", "all cells\n")
        logs(pod("workflow-controller-1", namespace="argo", wait="running"))
        assert kept(logs, tmp_path) == {}
        assert kubelet.asked == []


def test_many_pods_make_no_more_threads_than_is_decent(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        for number in range(MOST_FOLLOWED + 8):
            kubelet.say(f"p{number}", "wait", f"{number}\n")
            logs(pod(f"p{number}", wait="running"))
        followed = [thread for thread in threading.enumerate() if thread.name.startswith("log-p")]
        assert len(followed) <= MOST_FOLLOWED
        assert len(kept(logs, tmp_path)) == MOST_FOLLOWED + 8
        for thread in followed:
            thread.join(timeout=30)
            assert not thread.is_alive()


def test_after_the_end_nothing_is_started(tmp_path: Path) -> None:
    with cluster() as (kubelet, api):
        logs = PodLogs(api, NAMESPACE)
        logs.keep(tmp_path)
        logs(pod("late", wait="running", main="terminated"))
        logs.close()
        assert kubelet.asked == []


def test_a_huge_log_keeps_both_ends_and_tells_what_is_cut() -> None:
    log = CappedLog(head=100, tail=200)
    for number in range(1000):
        log.add(f"line {number}\n".encode())
    lines = log.text.splitlines()
    assert lines[0] == "line 0"
    assert lines[-1] == "line 999"
    (gap,) = [line for line in lines if line.startswith("...")]
    cut = int(gap.split()[1])
    assert len(log.text) - len(gap) - 1 + cut == log.size == sum(len(f"line {n}\n") for n in range(1000))
    assert all(line.startswith(("line ", "...")) for line in lines)


def test_a_log_within_bounds_is_kept_as_it_is() -> None:
    assert capped("a\nbä\n") == "a\nbä\n"
    assert len(capped("x" * (3 << 20))) < (1 << 20) + 200
