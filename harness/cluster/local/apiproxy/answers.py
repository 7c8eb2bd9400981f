"""Answers in the API server's own words, where the proxy gives one in its place."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.cluster.apifaults import ApiFault
    from harness.cluster.local.apiproxy.asked import Asked

_GONE = 410
EXPIRED = "too old resource version"


def refusal(fault: ApiFault, asked: Asked) -> bytes:
    """As apimachinery words them, since clients decide by the reason what to do."""
    thing = f'{asked.resource}.{asked.group} "{asked.name}"' if asked.group else f'{asked.resource} "{asked.name}"'
    match fault.status:
        case 409 if asked.verb == "create":
            reason, message = "AlreadyExists", f"{thing} already exists"
        case 409:
            reason = "Conflict"
            message = (
                f"Operation cannot be fulfilled on {thing}: the object has been modified; please apply your changes"
                " to the latest version and try again"
            )
        case 429:
            reason, message = "TooManyRequests", "the server has received too many requests, please try again later"
        case _:
            reason, message = "InternalError", "Internal error occurred: refused by the proxy of argo-shakedown"
    details = {"name": asked.name, "group": asked.group, "kind": asked.resource}
    if fault.retry_after:
        details["retryAfterSeconds"] = str(fault.retry_after)
    body = json.dumps(_status(fault.status, reason, message, details)).encode()
    after = f"Retry-After: {fault.retry_after}\r\n" if fault.retry_after else ""
    return message_of(fault.status, body, after)


def message_of(status: int, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def expired(*, binary: bool) -> bytes:
    """The event by which the API server says that a watch cannot go on from where it is (410): the client must list."""
    message = f"{EXPIRED} (said by argo-shakedown)"
    if not binary:
        event = {"type": "ERROR", "object": _status(_GONE, "Expired", message, {})}
        return json.dumps(event).encode() + b"\n"
    status = _bytes(1, b"") + _text(2, "Failure") + _text(3, message) + _text(4, "Expired") + _number(6, _GONE)
    unknown = _bytes(1, _text(1, "v1") + _text(2, "Status")) + _bytes(2, status)
    frame = _text(1, "ERROR") + _bytes(2, _bytes(1, b"k8s\0" + unknown))
    return len(frame).to_bytes(4, "big") + frame


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return bytes([field << 3 | 2]) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return bytes([field << 3]) + _varint(value)


def _varint(value: int) -> bytes:
    low = value & 0x7F
    return bytes([low]) if value < 0x80 else bytes([low | 0x80]) + _varint(value >> 7)


def _status(code: int, reason: str, message: str, details: dict[str, Any]) -> dict[str, Any]:
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    return {**status, "reason": reason, **({"details": details} if details else {}), "code": code}
