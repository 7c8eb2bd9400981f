"""What the API proxy takes a request or an event for decides whom a fault hits, so it must be exact or nothing."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING

import pytest

from harness.cluster.apifaults import ApiFault
from harness.cluster.local.apiproxy import answers, framing, staleness
from harness.cluster.local.apiproxy.asked import asked, who
from harness.cluster.local.apiproxy.frames import Cutter, fields
from harness.cluster.local.apiproxy.standing import Faults
from harness.model.api import Deed

if TYPE_CHECKING:
    from typing import Any

    from harness.cluster.apifaults import ApiTouch
    from harness.cluster.local.apiproxy.asked import Asked
    from harness.cluster.local.apiproxy.framing import Head

USER = "system:serviceaccount:argo:argo"
WORKFLOWS = "/apis/argoproj.io/v1alpha1"


def token(user: str, pod: str) -> str:
    claims = {"sub": user, "kubernetes.io": {"pod": {"name": pod}}}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"Bearer e30.{middle}.c2ln"


def head(first: str, *lines: str) -> Head:
    return head_of("\r\n".join((f"{first} HTTP/1.1", *lines, "", "")).encode())


def head_of(raw: bytes) -> Head:
    async def read() -> Head:
        reader = asyncio.StreamReader()
        reader.feed_data(raw)
        return await framing.read_head(reader)

    return asyncio.run(read())


def request(first: str, user: str = USER, pod: str = "controller") -> Asked:
    return asked(head(first, f"Authorization: {token(user, pod)}"))


@pytest.mark.parametrize(
    ("first", "verb", "resource", "namespace", "name"),
    [
        ("GET /api/v1/pods", "list", "pods", "", ""),
        ("GET /api/v1/pods?watch=true", "watch", "pods", "", ""),
        ("GET /api/v1/namespaces/ns/pods/a", "get", "pods", "ns", "a"),
        ("POST /api/v1/namespaces/ns/pods", "create", "pods", "ns", ""),
        ("POST /api/v1/namespaces/ns/pods/a/exec?command=b", "create", "pods/exec", "ns", "a"),
        ("DELETE /api/v1/namespaces/ns/pods", "deletecollection", "pods", "ns", ""),
        ("DELETE /api/v1/namespaces/ns/pods/a", "delete", "pods", "ns", "a"),
        ("GET /api/v1/namespaces/ns", "get", "namespaces", "", "ns"),
        ("PUT /api/v1/namespaces/ns/finalize", "update", "namespaces/finalize", "", "ns"),
        ("GET /api/v1/namespaces", "list", "namespaces", "", ""),
        (f"PUT {WORKFLOWS}/namespaces/ns/workflows/w", "update", "workflows", "ns", "w"),
        (f"PATCH {WORKFLOWS}/namespaces/ns/workflows/w", "patch", "workflows", "ns", "w"),
        (f"GET {WORKFLOWS}/workflows?labelSelector=a", "list", "workflows", "", ""),
        ("GET /version", "list", "", "", ""),
        ("GET /apis/argoproj.io", "list", "", "", ""),
    ],
)
def test_a_request_is_what_rbac_takes_it_for(first: str, verb: str, resource: str, namespace: str, name: str) -> None:
    seen = request(first)
    assert (seen.verb, seen.resource, seen.namespace, seen.name) == (verb, resource, namespace, name)


def test_who_asks_is_in_the_token() -> None:
    seen = who(token(USER, "workflow-controller-1"))
    assert (seen.user, seen.pod) == (USER, "workflow-controller-1")


@pytest.mark.parametrize(
    "authorization", ["", "Basic YTpi", "Bearer", "Bearer abc", "Bearer a.b.c", "Bearer e30.W10.c"]
)
def test_who_cannot_be_told_is_nobody(authorization: str) -> None:
    assert (who(authorization).user, who(authorization).pod) == ("", "")


def fault(**more: Any) -> ApiFault:
    usual: dict[str, Any] = {
        "id": "f", "deed": Deed.REFUSE, "user": USER, "namespaces": ("ns", "argo"), "verbs": ("update",),
        "resources": ("workflows",), "status": 500,
    }  # fmt: skip
    return ApiFault(**usual | more)


@pytest.mark.parametrize(
    ("first", "user", "hit"),
    [
        (f"PUT {WORKFLOWS}/namespaces/ns/workflows/w", USER, True),
        (f"PUT {WORKFLOWS}/namespaces/ns/workflows/w", "system:serviceaccount:ns:default", False),
        (f"PUT {WORKFLOWS}/namespaces/other/workflows/w", USER, False),
        (f"PUT {WORKFLOWS}/namespaces/ns/workflows/w/status", USER, False),
        (f"PATCH {WORKFLOWS}/namespaces/ns/workflows/w", USER, False),
        (f"PUT {WORKFLOWS}/namespaces/ns/workflowtasksets/w", USER, False),
        ("GET /version", USER, False),
    ],
)
def test_a_fault_hits_what_it_is_meant_for_and_nothing_else(first: str, user: str, hit: bool) -> None:
    faults = Faults()
    faults.stand(fault(), lambda _: None)
    assert [each.fault.id for each in faults.hitting(request(first, user))] == (["f"] if hit else [])


def test_it_is_done_no_more_often_than_ordered_and_not_after_it_was_lifted() -> None:
    told: list[ApiTouch | None] = []
    faults = Faults()
    standing = faults.stand(fault(times=2), told.append)
    update = request(f"PUT {WORKFLOWS}/namespaces/ns/workflows/w")
    for _ in range(2):
        assert standing.hits(update)
        standing.take()
        standing.touch(update, status=500)
    assert not standing.hits(update)
    assert [touch.number for touch in told if touch] == [1, 2]
    faults.over("f")
    assert told[-1] is None
    other = faults.stand(fault(), told.append)
    other.lifted.set()
    assert not other.hits(update)


def test_a_fault_cannot_stand_twice() -> None:
    faults = Faults()
    faults.stand(fault(), lambda _: None)
    with pytest.raises(ValueError, match="stands already"):
        faults.stand(fault(), lambda _: None)


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        ("nonsense", None),
        ("PUT /a", ("Content-Length: 4", "Transfer-Encoding: chunked")),
        ("PUT /a", ("Transfer-Encoding: gzip, chunked",)),
        ("PUT /a", (" folded: b",)),
        ("PUT /a", ("no colon",)),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_passed_on(first: str, lines: tuple[str, ...] | None) -> None:
    with pytest.raises(framing.BadMessage):
        head_of(b"nonsense\r\n\r\n") if lines is None else head(first, *lines)


def test_a_length_is_a_number() -> None:
    with pytest.raises(framing.BadMessage):
        _ = head("PUT /a", "Content-Length: -4").length


@pytest.mark.parametrize("pieces", [1, 2, 3, 1000])
def test_events_are_cut_wherever_the_stream_is(pieces: int) -> None:
    lines = [json.dumps({"type": "ADDED", "object": {"metadata": {"name": name}}}).encode() + b"\n" for name in "abc"]
    stream, cutter = b"".join(lines), Cutter("application/json")
    step = max(1, len(stream) // pieces)
    cut = [frame for at in range(0, len(stream), step) for frame in cutter.feed(stream[at : at + step])]
    assert cut == lines
    assert cutter.rest == b""


def test_an_event_that_cannot_be_read_is_about_nothing() -> None:
    assert Cutter("application/json").about(b"nonsense\n").type == ""
    assert Cutter("application/vnd.kubernetes.protobuf;stream=watch").about(b"\0\0\0\x02\xff\xff").type == ""


@pytest.mark.parametrize("message", [b"\xff", b"\x0a\x05ab", b"\x0b"])
def test_what_is_no_protobuf_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"field|number|wire"):
        fields(message)


@pytest.mark.parametrize(("status", "verb", "reason"), [
    (409, "PUT", "Conflict"), (409, "POST", "AlreadyExists"), (429, "PUT", "TooManyRequests"),
    (500, "PUT", "InternalError"),
])  # fmt: skip
def test_a_refusal_has_the_reason_by_which_clients_decide(status: int, verb: str, reason: str) -> None:
    raw = answers.refusal(fault(status=status, retry_after=3), request(f"{verb} {WORKFLOWS}/namespaces/ns/workflows"))
    said = json.loads(raw.partition(b"\r\n\r\n")[2])
    assert (said["code"], said["reason"], said["kind"]) == (status, reason, "Status")
    assert b"Retry-After: 3\r\n" in raw


def listed(**versions: str) -> bytes:
    items = [{"metadata": {"namespace": "ns", "name": key, "resourceVersion": v}} for key, v in versions.items()]
    return json.dumps({"metadata": {"resourceVersion": "99"}, "items": items}).encode()


def test_only_what_has_changed_since_is_stale() -> None:
    memory = staleness.Memory(namespaces=("ns",))
    lists = request("GET /api/v1/pods")
    assert memory.old(lists, listed(a="1")) is None
    memory.remember(lists, listed(a="1"))
    memory.remember(lists, listed(a="2"))
    assert memory.old(lists, listed(a="1")) is None
    old = memory.old(lists, listed(a="3", b="4"))
    assert old is not None
    assert old[0].endswith(listed(a="1"))
    assert old[1] == "ns/a was given as version 1 and is 3 and 1 more"
    assert memory.old(request("GET /api/v1/nodes"), listed(a="3")) is None


def test_a_change_in_another_namespace_is_no_proof() -> None:
    memory = staleness.Memory(namespaces=("other",))
    lists = request("GET /api/v1/pods")
    memory.remember(lists, listed(a="1"))
    assert memory.old(lists, listed(a="2")) is None
