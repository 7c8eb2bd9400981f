"""What a request asks of Kubernetes, in Kubernetes' words: the verb and resource that RBAC knows, and who asks."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from harness.cluster.local.apiproxy.framing import Head

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """From the token, whose signature is the API server's to judge. Empty where there is none or it says nothing."""

    user: str = ""
    pod: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`resource` is empty for what is no resource, such as /version."""

    method: str
    target: str
    path: str
    verb: str
    group: str
    resource: str
    namespace: str
    name: str
    selectors: tuple[str, str]
    """Label and field selector: two watches of one path that differ in them are not of the same objects."""
    initial: bool
    """A watch that begins with all that is there, which makes a list needless."""
    who: Who

    @property
    def collection(self) -> tuple[str, str, tuple[str, str]]:
        """What a list and the watch that follows it have in common, and with them the client."""
        return self.who.user, self.path, self.selectors


def asked(head: Head) -> Asked:
    method, target, _ = head.words
    parts = urlsplit(target)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    group, namespace, resource, name = _resource(parts.path)
    verb = _verb(method, name, watches=query.get("watch") in ("1", "true"))
    fresh = query.get("sendInitialEvents") == "true" or query.get("resourceVersion", "0") in ("", "0")
    return Asked(
        method=method,
        target=target,
        path=parts.path,
        verb=verb,
        group=group,
        resource=resource,
        namespace=namespace,
        name=name,
        selectors=(query.get("labelSelector", ""), query.get("fieldSelector", "")),
        initial=verb == "watch" and fresh,
        who=who(head.fields.get("authorization", "")),
    )


def _verb(method: str, name: str, *, watches: bool) -> str:
    if method in ("GET", "HEAD"):
        return "watch" if watches else "get" if name else "list"
    if method == "DELETE":
        return "delete" if name else "deletecollection"
    return _VERBS.get(method, method.lower())


def _resource(path: str) -> tuple[str, str, str, str]:
    """Group, namespace, resource and name; a namespace itself is a resource without one."""
    parts = [part for part in path.split("/") if part]
    match parts:
        case ["api", _, *rest]:
            group = ""
        case ["apis", group, _, *rest]:
            pass
        case _:
            return "", "", "", ""
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    resource, name, *sub = [*rest, "", ""][: max(2, len(rest))]
    return group, namespace, "/".join([resource, *filter(None, sub[:1])]), name


@lru_cache(maxsize=64)
def who(authorization: str) -> Who:
    kind, _, token = authorization.partition(" ")
    parts = token.split(".")
    if kind.lower() != "bearer" or len(parts) != 3:
        return Who()
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        pod = claims.get("kubernetes.io", {}).get("pod", {}).get("name", "")
        return Who(user=str(claims.get("sub", "")), pod=str(pod))
    except (ValueError, AttributeError):
        return Who()
