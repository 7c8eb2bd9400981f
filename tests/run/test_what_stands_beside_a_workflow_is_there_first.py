"""The scenario's objects are made before the workflow, and another workflow among them has begun by then."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from harness.cluster import kubeconfig
from harness.cluster.api import Api
from harness.model.errors import HarnessError
from harness.run.submission import MADE_BY, WorkflowRefused, put_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits"}, "data": {"places": "1"}}
RIVAL = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "first"}, "spec": {}}


class Server(BaseHTTPRequestHandler):
    """Takes what is created, and shows `phases` of it, one version each, to whoever watches."""

    created: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    watched: ClassVar[list[str]] = []
    phases: ClassVar[tuple[str, ...]] = ()
    status: ClassVar[int] = 201

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.created.append((self.path.partition("?")[0], body))
        body["metadata"]["resourceVersion"] = "7"
        self._send(self.status, json.dumps(body).encode())

    def do_GET(self) -> None:
        self.watched.append(self.path)
        versions = [{"type": "MODIFIED", "object": {"status": {"phase": phase}}} for phase in self.phases]
        self._send(200, b"".join(json.dumps(version).encode() + b"\n" for version in versions))

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(Server, "created", [])
    monkeypatch.setattr(Server, "watched", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    client = Api(kubeconfig.Access(server=f"http://127.0.0.1:{server.server_port}", headers=dict))
    yield client
    client.close()
    server.shutdown()
    server.server_close()


def test_it_is_made_in_the_namespace_of_the_cell_and_says_by_whom(api: Api) -> None:
    put_beside(api, LIMITS, "here")
    ((path, body),) = Server.created
    assert path == "/api/v1/namespaces/here/configmaps"
    assert body["metadata"]["labels"] == MADE_BY
    assert "labels" not in LIMITS["metadata"]
    assert Server.watched == []


def test_another_workflow_is_waited_for_until_it_has_begun(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "phases", ("", "Running"))
    put_beside(api, RIVAL, "here")
    (path,) = Server.watched
    assert "resourceVersion=7" in path
    assert "metadata.name%3Dfirst" in path


def test_one_that_does_not_begin_is_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "phases", ("",))
    with pytest.raises(HarnessError, match="did not begin Workflow first"):
        put_beside(api, RIVAL, "here")


def test_one_that_is_refused_is_told_with_a_cure(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "status", 422)
    with pytest.raises(WorkflowRefused, match=r"refused ConfigMap limits.*; mend it under objects"):
        put_beside(api, LIMITS, "here")
