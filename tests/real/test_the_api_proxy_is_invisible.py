"""An idle API proxy cannot be told from the API server behind it: what is asked both ways gets the same answer; and one
that is told to do so breaks what the controller asks."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.argo.install import prepare_namespace
from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.api import ApiConflict
from harness.cluster.local.apiproxy.answers import expired
from harness.cluster.local.apiproxy.frames import Cutter, fields
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.run import ground, plan
from harness.scenario.types import ArgoSettings
from tests.real import breaking, stirring, through

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.run.site import Site
    from tests.real.through import Answer

pytestmark = pytest.mark.real

MAPS: Final = "/api/v1/namespaces/default/configmaps"
AS_OF: Final = "resourceVersion=VERSION&resourceVersionMatch=Exact"
"""A list says how new it is: two that were asked for one after the other would differ by what was written between."""
ACCOUNT: Final = "/api/v1/namespaces/default/serviceaccounts/default"
POD: Final = "/api/v1/namespaces/default/pods/lives"
JSON: Final = "Accept: application/json"
PROTOBUF: Final = "Accept: application/vnd.kubernetes.protobuf"
STREAM: Final = "Accept: application/vnd.kubernetes.protobuf;stream=watch"
MANY: Final = 60
"""Objects of 4 kB: the API server compresses answers of more than 128 kB."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """With a controller that goes through the proxy."""
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), proxied=True, together=(), alone=())
    spec = ClusterSpec(name="test-proxy", nodes=1)
    with ground.opened(group, spec, LocalProvider(), progress.to()) as opened:
        prepare_namespace(opened.api, "default")
        yield opened


@pytest.fixture(scope="module")
def cluster(site: Site) -> LocalCluster:
    started = site.cluster
    assert isinstance(started, LocalCluster)
    made = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    account = {"kind": "ServiceAccount", "name": "default", "namespace": "default"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    started.api.create(made, {"metadata": {"name": "asks"}, "roleRef": role, "subjects": [account]}, strict=False)
    main = {"name": "main", "image": "alpine:3.18", "command": ["sh", "-c", "trap exit TERM; sleep 600 & wait"]}
    spec = {"containers": [main], "terminationGracePeriodSeconds": 1}
    started.api.create(POD.rpartition("/")[0], {"metadata": {"name": "lives"}, "spec": spec}, strict=False)
    for number in range(MANY):
        put(started, f"many-{number:03d}", "x" * 4096)
    return started


@pytest.fixture(scope="module")
def token(cluster: LocalCluster) -> str:
    return f"Authorization: Bearer {through.token(cluster)}"


def put(cluster: LocalCluster, name: str, value: str) -> None:
    body = {"metadata": {"name": name}, "data": {"value": value}}
    try:
        cluster.api.create(MAPS, body)
    except ApiConflict:
        cluster.api.patch(f"{MAPS}/{name}", body)


def both(cluster: LocalCluster, head: str, *given: str, body: bytes = b"") -> tuple[Answer, Answer]:
    """Asked straight and through the proxy, on a connection each."""
    with through.connect(cluster, through.DIRECT) as straight, through.connect(cluster, through.PROXIED) as proxied:
        return through.ask(straight, head, *given, body=body), through.ask(proxied, head, *given, body=body)


@pytest.mark.parametrize(
    ("head", "given", "status"),
    [
        ("GET /version", (), 200),
        ("HEAD /version", (), 405),
        (f"GET {ACCOUNT}", (JSON,), 200),
        (f"GET {ACCOUNT}", (PROTOBUF,), 200),
        (f"GET {MAPS}?labelSelector=none%3Done&{AS_OF}", (JSON,), 200),
        (f"GET {MAPS}?{AS_OF}", (JSON,), 200),
        (f"GET {MAPS}?{AS_OF}", (JSON, "Accept-Encoding: gzip"), 200),
        (f"GET {MAPS}?{AS_OF}", (PROTOBUF,), 200),
        ("GET /openapi/v2", (JSON,), 200),
        (f"GET {MAPS}/none", (JSON,), 404),
        (f"GET {MAPS}?limit=nonsense", (JSON,), 400),
        ("GET /apis/none/v1/things", (JSON,), 404),
        (f"PUT {MAPS}/many-000", (JSON,), 400),
        (f"GET {ACCOUNT}", (JSON, "Connection: close"), 200),
    ],
)
def test_a_request_gets_the_same_bytes(
    cluster: LocalCluster, token: str, head: str, given: tuple[str, ...], status: int
) -> None:
    straight, proxied = both(cluster, head.replace("VERSION", version(cluster)), token, *given)
    assert (proxied.head, proxied.raw) == (straight.head, straight.raw)
    assert proxied.status == status


def version(cluster: LocalCluster) -> str:
    return str(cluster.api.get(MAPS)["metadata"]["resourceVersion"])


def test_who_may_not_is_told_the_same(cluster: LocalCluster) -> None:
    for given in ((), ("Authorization: Bearer nonsense",)):
        straight, proxied = both(cluster, f"GET {MAPS}", *given)
        assert (proxied.head, proxied.raw) == (straight.head, straight.raw)
        assert proxied.status in (401, 403)


def test_writes_get_the_same_bytes(cluster: LocalCluster, token: str) -> None:
    """A patch that changes nothing, twice; and one that breaks a precondition."""
    merge = "Content-Type: application/merge-patch+json"
    same = both(cluster, f"PATCH {MAPS}/many-000", token, merge, body=b'{"data": {"value": "same"}}')
    again = both(cluster, f"PATCH {MAPS}/many-000", token, merge, body=b'{"data": {"value": "same"}}')
    assert again[0] == again[1]
    assert same[1].status == 200
    stale = b'{"metadata": {"resourceVersion": "1"}, "data": {"value": "other"}}'
    conflicts = both(cluster, f"PATCH {MAPS}/many-000", token, merge, body=stale)
    assert conflicts[0] == conflicts[1]
    assert conflicts[1].status == 409


def test_a_large_list_comes_in_the_same_pages(cluster: LocalCluster, token: str) -> None:
    pages, following = 0, "&" + AS_OF.replace("VERSION", version(cluster))
    while True:
        straight, proxied = both(cluster, f"GET {MAPS}?limit=25{following}", token, JSON)
        assert proxied.raw == straight.raw
        pages += 1
        more = json.loads(proxied.body)["metadata"].get("continue")
        if not more:
            break
        following = f"&continue={more}"
    assert pages >= 3


def test_many_requests_share_a_connection(cluster: LocalCluster, token: str) -> None:
    with through.connect(cluster, through.PROXIED) as link:
        assert {through.ask(link, f"GET {ACCOUNT}", token).status for _ in range(50)} == {200}


def test_only_http_1_is_spoken(cluster: LocalCluster) -> None:
    """The one thing that is different: a client that would rather speak HTTP/2 is told that it cannot."""
    with through.connect(cluster, through.PROXIED, ("h2", "http/1.1")) as link:
        assert link.selected_alpn_protocol() == "http/1.1"


@pytest.mark.parametrize("accept", [JSON, STREAM], ids=["json", "protobuf"])
def test_a_watch_shows_the_same_events(cluster: LocalCluster, token: str, accept: str) -> None:
    version = cluster.api.get(MAPS)["metadata"]["resourceVersion"]
    head = f"GET {MAPS}?watch=1&resourceVersion={version}&timeoutSeconds=3&fieldSelector=metadata.name%3Dwatched"
    seen: dict[str, Answer] = {}

    def follow(name: str, address: tuple[str, int]) -> None:
        with through.connect(cluster, address) as link:
            seen[name] = through.ask(link, head, token, accept)

    watchers = [
        threading.Thread(target=follow, args=each)
        for each in (("straight", through.DIRECT), ("proxied", through.PROXIED))
    ]
    for each in watchers:
        each.start()
    time.sleep(0.5)
    for value in ("one", "two", "y" * 50_000):
        put(cluster, "watched", value)
    cluster.api.delete(f"{MAPS}/watched")
    for each in watchers:
        each.join()
    assert seen["proxied"].head == seen["straight"].head
    assert seen["proxied"].body == seen["straight"].body
    cutter = Cutter(accept.removeprefix("Accept: "))
    abouts = [cutter.about(frame) for frame in cutter.feed(seen["proxied"].body)]
    assert [(each.type, each.name) for each in abouts] == [
        (kind, "watched") for kind in ("ADDED", "MODIFIED", "MODIFIED", "DELETED")
    ]
    assert all(each.version and each.namespace == "default" for each in abouts)


def test_a_watch_that_is_too_old_is_said_in_the_same_words(cluster: LocalCluster, token: str) -> None:
    """What the proxy would say of it has the fields of what the API server says, in both encodings."""
    head = f"GET {MAPS}?watch=1&resourceVersion=1&timeoutSeconds=2"
    straight, proxied = both(cluster, head, token, JSON)
    assert proxied.body == straight.body
    said = json.loads(expired(binary=False))
    assert (said["type"], said["object"]["code"], said["object"]["reason"]) == ("ERROR", 410, "Expired")
    status = fields(fields(fields(expired(binary=True)[4:])[2])[1].removeprefix(b"k8s\0"))
    real = both(cluster, f"GET {MAPS}/none", token, PROTOBUF)[1].body.removeprefix(b"k8s\0")
    assert fields(status[1]) == fields(fields(real)[1])
    assert fields(status[2]).keys() <= fields(fields(real)[2]).keys()


def test_a_client_that_leaves_its_watch_leaves_nothing(cluster: LocalCluster, token: str) -> None:
    def watches() -> float:
        text = cluster.api.text("/metrics")
        lines = (line for line in text.splitlines() if line.startswith("apiserver_longrunning_requests{"))
        return sum(float(line.rpartition(" ")[2]) for line in lines if 'resource="secrets"' in line)

    before = watches()
    with through.connect(cluster, through.PROXIED) as link:
        through.send(link, "GET /api/v1/secrets?watch=1", token, JSON)
        await_true(lambda: watches() == before + 1)
    await_true(lambda: watches() == before)


def test_commands_in_a_container_are_tunnelled(cluster: LocalCluster, token: str) -> None:
    """Argo's controller ends containers so. The answer changes its protocol, and then both sides talk at will."""
    await_true(lambda: cluster.api.get(POD)["status"].get("phase") == "Running")
    asked = "exec?command=echo&command=said&stdout=true&stderr=true&container=main"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    given = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", key)
    answers = []
    for address in (through.DIRECT, through.PROXIED):
        with through.connect(cluster, address) as link:
            through.send(link, f"GET {POD}/{asked}", token, *given, "Sec-WebSocket-Protocol: v4.channel.k8s.io")
            answers.append(through.everything(link))
    assert answers[0] == answers[1]
    assert answers[1].startswith(b"HTTP/1.1 101")
    assert b"said\n" in answers[1]
    spdy = ("Connection: Upgrade", "Upgrade: SPDY/3.1", "X-Stream-Protocol-Version: v4.channel.k8s.io")
    straight, proxied = both(cluster, f"POST {POD}/{asked}", token, *spdy)
    assert proxied.head == straight.head
    assert proxied.status == 101


def test_logs_and_what_else_streams_come_through(cluster: LocalCluster, token: str) -> None:
    straight, proxied = both(cluster, f"GET {POD}/log?container=main", token)
    assert (proxied.head, proxied.raw) == (straight.head, straight.raw)


def test_the_proxy_knows_its_client_by_the_token(cluster: LocalCluster) -> None:
    uid = cluster.api.get(POD)["metadata"]["uid"]
    ref = {"kind": "Pod", "apiVersion": "v1", "name": "lives", "uid": uid}
    bound = through.token(cluster, boundObjectRef=ref)
    before = cluster.api_proxy().clients()
    with through.connect(cluster, through.PROXIED) as link:
        through.ask(link, "GET /version", f"Authorization: Bearer {bound}")
        assert cluster.api_proxy().clients() == before | {"lives"}
    await_true(lambda: cluster.api_proxy().clients() == before)


def test_the_controller_goes_through_it_and_its_writes_are_refused_when_that_is_ordered(
    site: Site, tmp_path: Path
) -> None:
    (leader,) = (pod["metadata"]["name"] for pod in site.controller_pods())
    assert leader in site.cluster.api_proxy().clients()
    with stirring.stirred(site, "refused"):
        proof = breaking.land(site, tmp_path, "refuse-api", request="update workflows", status=409, times=2)
    assert leader in proof
    assert "409" in proof
    breaking.undo(site)
    assert site.cluster.api_proxy().standing() == ()
    stirring.waiting(site, "accepted")
    assert stirring.comes_to_run(site, "accepted", 20.0)
    stirring.end(site, "accepted")


def await_true(asked: Any) -> None:
    deadline = time.monotonic() + 30
    while not asked():
        assert time.monotonic() < deadline
        time.sleep(0.05)
