"""The API client against a server of our own: answers, refusals, silence, and watches cut in the middle of a line."""

from __future__ import annotations

import json
import pickle
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from harness.cluster import kubeconfig
from harness.cluster.api import Api, ApiConflict, ApiError, ApiGone, ApiNotFound, ApiUnavailable, PatchKind, connect
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATUSES = {
    400: ApiError,
    403: ApiError,
    404: ApiNotFound,
    409: ApiConflict,
    410: ApiGone,
    422: ApiError,
    429: ApiUnavailable,
    500: ApiUnavailable,
    503: ApiUnavailable,
}


class Handler(BaseHTTPRequestHandler):
    """Does what the path says: `/status/404`, `/echo`, `/lines/...`."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        _, verb, *rest = self.path.partition("?")[0].split("/")
        if verb == "lines":
            return self._stream(rest[0].encode())
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if verb == "status":
            return self._send(int(rest[0]), {"kind": "Status", "reason": "Because", "message": "no"})
        seen = {"method": self.command, "path": self.path, "body": json.loads(body or b"null")}
        return self._send(200, seen | {"headers": dict(self.headers)})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # the base class's names

    def _send(self, status: int, record: dict[str, Any]) -> None:
        content = json.dumps(record).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, how: bytes) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        lines = b"".join(
            json.dumps({"type": kind, "object": {"code": 410, "n": number}}).encode() + b"\n"
            for number, kind in enumerate(("ADDED", "MODIFIED", "ERROR" if how == b"error" else "DELETED"))
        )
        for start in range(0, len(lines), 7):
            piece = lines[start : start + 7]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()
        match how:
            case b"cut":
                self.close_connection = True
            case b"hang":
                self.server.let_go.wait(10)  # type: ignore[attr-defined]  # ours, see below
            case _:
                self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served() -> Iterator[Api]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.let_go = threading.Event()  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    access = kubeconfig.Access(server=f"http://127.0.0.1:{server.server_port}", headers=lambda: {"X-Who": "me"})
    client = Api(access)
    yield client
    client.close()
    server.let_go.set()  # type: ignore[attr-defined]  # for the handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with served() as client:
        yield client


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_each_refusal_has_its_error_with_the_servers_reason(api: Api, status: int, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError, match=rf"GET /status/{status}: {status} Because: no") as caught:
        api.get(f"/status/{status}")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.reason) == (status, "Because")
    assert pickle.loads(pickle.dumps(caught.value)).status == status


def test_no_answer_is_not_an_answer() -> None:
    nobody = Api(kubeconfig.Access(server="http://127.0.0.1:9", headers=dict))
    with pytest.raises(ApiUnavailable, match="no answer from the API server") as caught:
        nobody.get("/version")
    assert caught.value.status == 0


def test_requests_carry_what_the_api_server_asks_for(api: Api) -> None:
    created = api.create("/echo", {"kind": "Pod"})
    assert (created["method"], created["path"]) == ("POST", "/echo?fieldValidation=Strict")
    assert api.create("/echo", {}, strict=False)["path"] == "/echo"
    assert created["headers"]["X-Who"] == "me"
    assert api.get("/echo", watch=True, limit=5)["path"] == "/echo?watch=true&limit=5"
    patched = api.patch("/echo", [{"op": "remove"}], PatchKind.JSON)
    assert (patched["method"], patched["headers"]["Content-Type"]) == ("PATCH", "application/json-patch+json")
    assert api.replace("/echo", {"kind": "Pod"})["method"] == "PUT"
    deleted = api.delete("/echo", grace=0, uid="u", propagation="Background", labelSelector="a=b")
    assert deleted["path"] == "/echo?labelSelector=a%3Db"
    assert deleted["body"]["gracePeriodSeconds"] == 0
    assert deleted["body"]["preconditions"] == {"uid": "u"}
    assert deleted["body"]["propagationPolicy"] == "Background"


@pytest.mark.parametrize("end", ["whole", "cut", "hang"])
def test_a_watch_puts_lines_together_however_they_are_cut(end: str) -> None:
    with served() as api:
        watch = api.watch(f"/lines/{end}", resource_version="1", timeout=5)
        seen = []
        for line in watch:
            seen.append((line.type, line.object["n"]))
            if len(seen) == 3 and end == "hang":
                threading.Thread(target=watch.close).start()
        assert seen == [("ADDED", 0), ("MODIFIED", 1), ("DELETED", 2)]
        assert watch.closed == (end == "hang")


def test_a_watch_says_that_its_version_is_gone(api: Api) -> None:
    with pytest.raises(ApiGone):
        list(api.watch("/lines/error", resource_version="1", timeout=5))


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


GOOD = """
current-context: here
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1/", certificate-authority: ca.pem}}]
users: [{name: u, user: {token: secret}}]
contexts: [{name: here, context: {cluster: c, user: u}}]
"""


def test_a_kubeconfig_gives_server_authority_and_token(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("PEM")
    access = kubeconfig.load(write(tmp_path / "config", GOOD))
    assert (access.server, access.ca, access.verify) == ("http://127.0.0.1:1", "PEM", True)
    assert access.headers() == {"Authorization": "Bearer secret"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "holds no mapping"),
        ("a: [", "cannot be read"),
        (GOOD.replace("current-context: here", "current-context: there"), "no context 'there'; it has: here"),
        (GOOD.replace("user: u}", "user: w}"), "no user 'w'; it has: u"),
        ("current-context: x", "no context 'x'; it has: none"),
    ],
)
def test_a_wrong_kubeconfig_is_one_clear_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        connect(write(tmp_path / "config", text))
