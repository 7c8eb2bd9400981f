"""On a cluster that the harness did not start nothing is done without its token, its name said twice, and the reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cluster import kubeconfig, ownership
from harness.cluster.api import ApiConflict, ApiNotFound
from harness.cluster.ownership import Claim, NotOurs
from harness.faults import permissions
from harness.faults.permissions import Forbidden
from harness.run.permission import permit
from harness.scenario.verbs import Cordon, DeletePod, PowerOff, verbs

LAB = Claim(kubeconfig=Path("/home/me/.kube/config"), context="lab/one", owned="lab/one")
TOKEN = f"{ownership.CONFIG_MAPS}/{ownership.CONFIG_MAP}"


@dataclass(slots=True)
class Server:
    """As much of an API server as the gate asks: what there is by path, and what it was asked to do."""

    identity: str = "uid-1"
    objects: dict[str, Any] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    touched: list[str] = field(default_factory=list)

    def get(self, path: str) -> Any:
        if path.endswith("kube-system"):
            return {"metadata": {"uid": self.identity}}
        if path not in self.objects:
            raise ApiNotFound(path, status=404, reason="NotFound")
        return self.objects[path]

    def create(self, path: str, body: Any) -> Any:
        if path == permissions.REVIEWS:
            asked = body["spec"]["resourceAttributes"]
            return {"status": {"allowed": f"{asked['verb']} {asked['resource']}" not in self.forbidden}}
        one = f"{path}/{body['metadata']['name']}"
        if one in self.objects:
            raise ApiConflict(one, status=409, reason="AlreadyExists")
        self.touched.append(one)
        self.objects[one] = body
        return body

    def delete(self, path: str) -> None:
        self.touched.append(path)
        del self.objects[path]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server() -> Any:
    return Server()


def cluster(server: Any, provider: str = "existing") -> Any:
    return type("Named", (), {"name": "lab/one", "provider": provider, "api": server})


@pytest.mark.parametrize("owned", ["", "lab", "production"])
def test_the_name_must_be_said_twice(server: Any, owned: str) -> None:
    claim = Claim(kubeconfig=LAB.kubeconfig, context=LAB.context, owned=owned)
    with pytest.raises(NotOurs, match="only if it may be broken: --i-own-this-cluster lab/one"):
        ownership.adopt(server, claim)
    ownership.adopt(server, LAB)
    with pytest.raises(NotOurs, match="context lab/one leads to a cluster that the harness did not start"):
        permit(cluster(server), DeletePod(), claim)


def test_without_a_token_nothing_is_done(server: Any) -> None:
    with pytest.raises(NotOurs, match="the cluster of context lab/one was not adopted here"):
        permit(cluster(server), DeletePod(), LAB)
    ownership.adopt(server, LAB)
    permit(cluster(server), DeletePod(), LAB)
    del server.objects[TOKEN]
    with pytest.raises(NotOurs, match="carries no token of the harness"):
        permit(cluster(server), DeletePod(), LAB)


class GoingAway(Server):
    """Its namespace is deleted: still there when it is to be made, and gone when the token is to go into it."""

    def create(self, path: str, body: Any) -> Any:
        home = f"/api/v1/namespaces/{ownership.NAMESPACE}"
        if path == ownership.CONFIG_MAPS and self.objects.pop(f"{home} going", None) is not None:
            del self.objects[home]
        if path == ownership.CONFIG_MAPS and home not in self.objects:
            raise ApiNotFound(f'namespaces "{ownership.NAMESPACE}" not found', status=404, reason="NotFound")
        return Server.create(self, path, body)


def test_a_cluster_is_adopted_again_while_the_namespace_of_the_last_time_goes_away() -> None:
    home = f"/api/v1/namespaces/{ownership.NAMESPACE}"
    going: Any = GoingAway(objects={home: {}, f"{home} going": {}})
    ownership.adopt(going, LAB)
    assert TOKEN in going.objects
    ownership.verify(going, LAB)


def test_another_token_is_not_ours(server: Any) -> None:
    ownership.adopt(server, LAB)
    server.objects[TOKEN]["data"]["token"] = "of somebody else"
    with pytest.raises(NotOurs, match="is not the one that was minted here"):
        permit(cluster(server), DeletePod(), LAB)


def test_a_copy_of_the_token_in_another_cluster_is_refused(server: Any) -> None:
    """As a backup that is restored elsewhere brings it."""
    ownership.adopt(server, LAB)
    server.identity = "uid-2"
    with pytest.raises(NotOurs, match="leads to another cluster than the one that was adopted"):
        permit(cluster(server), DeletePod(), LAB)


def test_the_cache_keeps_only_a_hash(server: Any, cache: Path) -> None:
    ownership.adopt(server, LAB)
    (kept,) = (cache / "owned").iterdir()
    assert server.objects[TOKEN]["data"]["token"] not in kept.read_text()


def test_adopting_twice_changes_nothing_and_what_another_harness_adopted_stays_its_own(
    server: Any, cache: Path
) -> None:
    first = ownership.adopt(server, LAB)
    token = server.objects[TOKEN]["data"]["token"]
    assert ownership.adopt(server, LAB) == first
    assert server.objects[TOKEN]["data"]["token"] == token
    (kept,) = (cache / "owned").iterdir()
    kept.unlink()
    with pytest.raises(NotOurs, match="that another harness has adopted"):
        ownership.adopt(server, LAB)
    assert not list((cache / "owned").iterdir())


def test_what_was_adopted_can_be_given_back(server: Any) -> None:
    ownership.adopt(server, LAB)
    ownership.disown(server, LAB)
    assert server.objects == {}
    with pytest.raises(NotOurs, match="was not adopted here"):
        permit(cluster(server), DeletePod(), LAB)


def test_what_reaches_beyond_its_namespace_has_to_be_allowed(server: Any) -> None:
    ownership.adopt(server, LAB)
    with pytest.raises(NotOurs, match=r"Cordon reaches beyond its namespace \(scope node\)"):
        permit(cluster(server), Cordon(), LAB)
    allowed = Claim(kubeconfig=LAB.kubeconfig, context=LAB.context, owned=LAB.owned, cluster_faults=True)
    permit(cluster(server), Cordon(), allowed)
    with pytest.raises(NotOurs, match="PowerOff cannot be done in cluster lab/one: the harness has no access"):
        permit(cluster(server), PowerOff(), allowed)


def test_what_the_user_may_not_do_is_said_before_anything_is_touched(server: Any) -> None:
    ownership.adopt(server, LAB)
    server.touched.clear()
    server.forbidden = frozenset({"delete pods", "watch nodes"})
    with pytest.raises(Forbidden, match="this user may not watch nodes; delete pods, so nothing was done"):
        permit(cluster(server), DeletePod(), LAB)
    assert not server.touched


def test_our_own_clusters_need_none_of_it(server: Any) -> None:
    permit(cluster(server, "local"), PowerOff(), None)
    with pytest.raises(NotOurs, match="nothing says that cluster lab/one may be broken"):
        permit(cluster(server), None, None)


def test_every_verb_says_what_it_asks_of_the_api() -> None:
    assert set(permissions.OF_VERBS) == set(verbs().values())


def test_rules_are_joined_by_resource_and_namespace() -> None:
    rules = permissions.wanted([verbs()["delete-pod"], verbs()["drain"]])
    assert len({(rule.group, rule.resource, rule.namespace) for rule in rules}) == len(rules)
    assert [str(rule) for rule in rules if rule.resource == "nodes"] == ["get,list,patch,watch nodes"]


def test_a_tool_is_given_one_context_alone(tmp_path: Path) -> None:
    """Or it would act on the current one."""
    (tmp_path / "ca.crt").write_text("CA")
    whole = {
        "current-context": "production",
        "contexts": [{"name": name, "context": {"cluster": name, "user": "me"}} for name in ("production", "lab/one")],
        "clusters": [
            {"name": "production", "cluster": {"server": "https://production"}},
            {"name": "lab/one", "cluster": {"server": "https://lab", "certificate-authority": "ca.crt"}},
        ],
        "users": [{"name": "me", "user": {"token": "t"}}],
    }
    (tmp_path / "config").write_text(yaml.safe_dump(whole))
    (tmp_path / "elsewhere").mkdir()
    alone = tmp_path / "elsewhere" / "config"
    alone.write_text(kubeconfig.only(tmp_path / "config", "lab/one"))
    assert "production" not in alone.read_text()
    assert kubeconfig.current(alone) == "lab/one"
    access = kubeconfig.load(alone)
    assert (access.server, access.ca, access.headers()) == ("https://lab", "CA", {"Authorization": "Bearer t"})
