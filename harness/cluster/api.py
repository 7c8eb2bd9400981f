"""A JSON client for the Kubernetes API: every object is what the server sent, so no release is ahead of our types.

It is thread safe, keeps its connections, and tells an answer (`ApiError`) from no answer (`ApiUnavailable`), since the
first is about the request and the second about the cluster.
"""

from __future__ import annotations

import contextlib
import json
import ssl
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3

from harness.cluster import kubeconfig
from harness.cluster.streaming import Stream
from harness.cluster.watching import Watch
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from pathlib import Path

_JSON = "application/json"
_POOL = 32
_CONNECT = 5.0
_ANSWER = 60.0
_TRANSIENT = frozenset({429, 500, 502, 503, 504})


class PatchKind(StrEnum):
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"
    JSON = "application/json-patch+json"
    APPLY = "application/apply-patch+yaml"


class ApiError(HarnessError):
    """The API server answered, and the answer is no."""

    def __init__(self, message: str, *, status: int, reason: str, cure: str | None = None) -> None:
        super().__init__(message, cure=cure)
        self.status = status
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), self.message, self.status, self.reason, self.cure)


class ApiUnavailable(ApiError):
    """No answer, or one that says to ask again: 429, 5xx, a timeout, a refused connection (status 0)."""


class ApiGone(ApiError):
    """410: what was asked for is older than what the server remembers."""


class ApiNotFound(ApiError):
    """404."""


class ApiConflict(ApiError):
    """409: it exists already, or was changed meanwhile."""


def _revive(kind: type[ApiError], message: str, status: int, reason: str, cure: str | None) -> ApiError:
    return kind(message, status=status, reason=reason, cure=cure)


class Api:
    """Paths are the API's own, such as `/api/v1/namespaces/argo/pods`; query values go in as they are."""

    def __init__(self, access: kubeconfig.Access) -> None:
        self._access = access
        self.server = access.server
        self._pool = urllib3.PoolManager(
            num_pools=2,
            maxsize=_POOL,
            retries=False,
            ssl_context=_tls(access),
            assert_hostname=access.server_name,
        )

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._json("GET", path, query)

    def create(self, path: str, body: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
        return self._json("POST", path, _validation(strict), body)

    def replace(self, path: str, body: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
        return self._json("PUT", path, _validation(strict), body)

    def patch(
        self, path: str, body: dict[str, Any] | list[Any], kind: PatchKind = PatchKind.MERGE, **query: Any
    ) -> dict[str, Any]:
        return self._json("PATCH", path, query, body, content_type=kind)

    def delete(
        self,
        path: str,
        *,
        grace: int | None = None,
        uid: str | None = None,
        propagation: str | None = None,
        **query: Any,
    ) -> dict[str, Any]:
        options: dict[str, Any] = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if grace is not None:
            options["gracePeriodSeconds"] = grace
        if uid is not None:
            options["preconditions"] = {"uid": uid}
        if propagation is not None:
            options["propagationPolicy"] = propagation
        return self._json("DELETE", path, query, options)

    def text(self, path: str, **query: Any) -> str:
        return self._send("GET", path, query).data.decode(errors="replace")

    def stream(self, path: str, *, patience: float = _ANSWER, **query: Any) -> Stream:
        """The bytes of an answer as they come; `patience` is for each piece."""
        return Stream(self._send("GET", path, query, stream=True, patience=patience))

    def watch(self, path: str, *, resource_version: str | None, timeout: int, **query: Any) -> Watch:
        """Events from `resource_version` on, as they arrive, for `timeout` seconds; raises ApiGone if it is too old."""
        asked = {"watch": True, "allowWatchBookmarks": True, "timeoutSeconds": timeout} | query
        if resource_version is not None:
            asked["resourceVersion"] = resource_version
        return Watch(self._send("GET", path, asked, stream=True, patience=timeout + 15.0), _watch_error)

    def close(self) -> None:
        self._pool.clear()

    def _json(
        self, method: str, path: str, query: dict[str, Any], body: Any = None, content_type: str = _JSON
    ) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._send(method, path, query, body, content_type).data)
        return answer

    def _send(
        self,
        method: str,
        path: str,
        query: dict[str, Any],
        body: Any = None,
        content_type: str = _JSON,
        *,
        stream: bool = False,
        patience: float = _ANSWER,
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Accept": "application/json, */*", **self._access.headers()}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            answer = self._pool.request(
                method,
                self.server + path + _encode(query),
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                preload_content=not stream,
                timeout=urllib3.Timeout(connect=_CONNECT, read=patience),
            )
        except urllib3.exceptions.HTTPError as error:
            raise _no_answer(method, path, error) from error
        if answer.status >= 400:
            raise _error(f"{method} {path}", answer.status, answer.data)
        return answer


def connect(path: Path, context: str | None = None) -> Api:
    return Api(kubeconfig.load(path, context))


def _tls(access: kubeconfig.Access) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=access.ca)
    # authorities made by clusters often lack what this asks for, and kubectl does not ask for it either
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not access.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if access.client is not None:
        file = kubeconfig.private_file(access.client)
        try:
            context.load_cert_chain(file)
        finally:
            file.unlink()
    return context


def _validation(strict: bool) -> dict[str, Any]:
    return {"fieldValidation": "Strict"} if strict else {}


def _encode(query: dict[str, Any]) -> str:
    plain = {key: str(value).lower() if isinstance(value, bool) else value for key, value in query.items()}
    return f"?{urlencode(plain)}" if plain else ""


def _no_answer(method: str, path: str, error: Exception) -> ApiUnavailable:
    return ApiUnavailable(f"{method} {path}: no answer from the API server: {error}", status=0, reason="NoAnswer")


def _watch_error(status: int, body: bytes) -> ApiError:
    return _error("watch", status, body)


def _error(request: str, status: int, body: bytes) -> ApiError:
    reason, message = "", body[:500].decode(errors="replace").strip()
    with contextlib.suppress(ValueError, AttributeError):
        record = json.loads(body)
        reason, message = record.get("reason") or "", record.get("message") or message
    return _kind(status)(f"{request}: {status} {reason}: {message}", status=status, reason=reason)


def _kind(status: int) -> type[ApiError]:
    match status:
        case 404:
            return ApiNotFound
        case 409:
            return ApiConflict
        case 410:
            return ApiGone
        case _ if status in _TRANSIENT or status == 0:
            return ApiUnavailable
        case _:
            return ApiError
