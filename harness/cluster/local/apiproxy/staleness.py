"""Answers that are old: what was true of the controller's objects when the fault began, given for what is true now.

A list is old only if an object of the namespaces is not there in the same version any more; one that has not changed
is no proof of anything and is given as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from harness.cluster.local.apiproxy import answers

if TYPE_CHECKING:
    from harness.cluster.local.apiproxy.asked import Asked
    from harness.cluster.local.apiproxy.framing import Head

_JSON = "application/json"
Versions = dict[tuple[str, str], str]
Key = tuple[str, tuple[str, str]]


@dataclass(slots=True, kw_only=True)
class Memory:
    """The bodies remembered by one fault, each that of the first answer."""

    namespaces: tuple[str, ...]
    bodies: dict[Key, bytes] = field(default_factory=dict)

    def remember(self, asked: Asked, body: bytes) -> None:
        if versions(body, self.namespaces) is not None:
            self.bodies.setdefault(_key(asked), body)

    def old(self, asked: Asked, body: bytes) -> tuple[bytes, str] | None:
        """The old answer in place of this one, and in what it differs; None where there is none that differs."""
        before, now = self.bodies.get(_key(asked)), versions(body, self.namespaces)
        then = versions(before, self.namespaces) if before is not None else None
        if before is None or then is None or now is None or then == now:
            return None
        return answers.message_of(200, before), _difference(then, now)


def list_for(watch: Asked, token: str) -> bytes:
    """The request for the list that belongs to a watch."""
    label, field_selector = watch.selectors
    query = {"labelSelector": label, "fieldSelector": field_selector}
    chosen = urlencode({name: value for name, value in query.items() if value})
    fields = f"Host: kubernetes\r\nAuthorization: {token}\r\nAccept: {_JSON}\r\nConnection: close\r\n"
    return f"GET {watch.path}{f'?{chosen}' if chosen else ''} HTTP/1.1\r\n{fields}\r\n".encode()


def plain(head: Head) -> bytes:
    """The same request for an answer that can be read here: JSON, and not compressed."""
    first, *lines = head.raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if line.partition(b":")[0].lower() not in (b"accept", b"accept-encoding")]
    return b"\r\n".join((first, *kept, b"Accept: " + _JSON.encode(), b"", b""))


def versions(body: bytes, namespaces: tuple[str, ...]) -> Versions | None:
    """Of each object of the namespaces, by namespace and name; None for what is no object and no list."""
    try:
        answer: dict[str, Any] = json.loads(body)
        metas = [item["metadata"] for item in answer.get("items", [answer]) or ()]
        return {
            (meta.get("namespace", ""), meta["name"]): meta["resourceVersion"]
            for meta in metas
            if meta.get("namespace", "") in namespaces
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _difference(then: Versions, now: Versions) -> str:
    changed = sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))
    namespace, name = changed[0]
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    said, true = (seen.get(changed[0], "not there") for seen in (then, now))
    return f"{namespace}/{name} was given as version {said} and is {true}{more}"


def _key(asked: Asked) -> Key:
    return asked.path, asked.selectors
