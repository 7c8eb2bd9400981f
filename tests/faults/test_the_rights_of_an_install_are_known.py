"""What an install asks of the API is all in the list of rights: it is run against a server that notes every request."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from harness.argo import guest, install
from harness.argo.build import ArgoBuild
from harness.argo.settings import ControllerSettings
from harness.build.progress import Silent
from harness.cluster import belongings
from harness.cluster.api import Api, ApiConflict, ApiNotFound
from harness.faults import installing, permissions
from harness.faults.permissions import Permission, of_path
from harness.model.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterator

RENDERED = Path(__file__).parents[1] / "argo" / "rendered"
OBJECT: dict[str, Any] = {
    "metadata": {"name": "workflow-controller", "resourceVersion": "1", "finalizers": ["x"]},
    "spec": {"holderIdentity": "x"},
    "status": {"conditions": [{"type": "Established", "status": "True"}, {"type": "Available", "status": "True"}]},
}


@dataclass(slots=True)
class Noting(Api):
    """Has one of everything until it is deleted, and says of whatever is to be created that it is there."""

    asked: set[tuple[str, str, str]] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def _note(self, does: str, path: str) -> None:
        rule = of_path(path, does)
        self.asked.add((rule.group, rule.resource, does))

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        named = path.rpartition("/")[2] not in _COLLECTIONS
        self._note("get" if named else "list", path)
        there = [] if path in self.gone else [OBJECT]
        return OBJECT if named else {"items": there, "metadata": {"resourceVersion": "1"}}

    def create(self, path: str, body: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
        self._note("create", path)
        raise ApiConflict(path, status=409, reason="AlreadyExists")

    def replace(self, path: str, body: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
        self._note("update", path)
        return body

    def patch(self, path: str, body: Any, *_: Any, **__: Any) -> dict[str, Any]:
        self._note("patch", path)
        return {}

    def delete(self, path: str, **_: Any) -> dict[str, Any]:
        if path.rpartition("/")[2] in _COLLECTIONS:
            self._note("deletecollection", path)
        else:
            self._note("delete", path)
            self.gone.add(path.rpartition("/")[0])
        return {}

    def text(self, path: str, **_: Any) -> str:
        self._note("get", path)
        return ""

    @contextlib.contextmanager
    def _watched(self) -> Iterator[list[Any]]:
        names = ["workflow-controller", *(f"{name}.argoproj.io" for name in _TYPES)]
        yield [SimpleNamespace(type="ADDED", object={**OBJECT, "metadata": {"name": name}}) for name in names]

    def watch(self, path: str, **_: Any) -> Any:
        self._note("watch", path)
        return self._watched()


_TYPES = [
    "clusterworkflowtemplates",
    "cronworkflows",
    "workflowartifactgctasks",
    "workfloweventbindings",
    "workflows",
    "workflowtaskresults",
    "workflowtasksets",
    "workflowtemplates",
]
_COLLECTIONS = frozenset(
    [
        "namespaces",
        "pods",
        "leases",
        "deployments",
        "replicasets",
        "customresourcedefinitions",
        "clusterroles",
        "clusterrolebindings",
        "workflows",
        "priorityclasses",
    ]
)


@pytest.fixture(params=["v3.5.10", "v3.7.15"])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> ArgoBuild:
    (tmp_path / "install.json").write_bytes((RENDERED / f"{request.param}.json").read_bytes())
    return ArgoBuild(release=Release.parse(request.param), path=tmp_path, id="x")


def uncovered(asked: set[tuple[str, str, str]], rules: tuple[Permission, ...]) -> set[tuple[str, str, str]]:
    allowed = {(rule.group, rule.resource, does) for rule in rules if not rule.namespace for does in rule.verbs}
    return asked - allowed


def test_all_that_an_install_asks_for_is_listed(build: ArgoBuild) -> None:
    api = Noting()
    install.install(api, build, ControllerSettings(), Silent(), namespace="r1-argo")
    install._log_tail(api, "r1-argo", "workflow-controller-1")
    assert {("apps", "deployments", "delete"), ("coordination.k8s.io", "leases", "delete")} <= api.asked
    assert ("apiextensions.k8s.io", "customresourcedefinitions", "watch") in api.asked
    assert uncovered(api.asked, installing.wanted([], [build])) == set()


def test_all_that_its_end_asks_for_is_listed(build: ArgoBuild) -> None:
    api = Noting()
    belongings.remove(api, "r1")
    assert ("rbac.authorization.k8s.io", "clusterroles", "delete") in api.asked
    assert uncovered(api.asked, installing.wanted([], [build])) == set()


def test_looking_whether_it_would_disturb_is_listed(build: ArgoBuild) -> None:
    @dataclass(slots=True)
    class Empty(Noting):
        def get(self, path: str, **asked: Any) -> dict[str, Any]:
            found = Noting.get(self, path, **asked)
            if "items" not in found:
                raise ApiNotFound(path, status=404, reason="NotFound")
            return {"items": []}

    api = Empty()
    guest.refuse_disturbing(api, build)
    assert ("apiextensions.k8s.io", "customresourcedefinitions", "get") in api.asked
    assert uncovered(api.asked, installing.wanted([], [build])) == set()


def test_the_end_of_a_run_with_the_argo_of_others_needs_what_every_run_needs() -> None:
    @dataclass(slots=True)
    class Bare(Noting):
        """There is nothing of the run but its namespaces."""

        def get(self, path: str, **asked: Any) -> dict[str, Any]:
            found = Noting.get(self, path, **asked)
            return found if path == belongings.NAMESPACES else found | {"items": []}

    api = Bare()
    belongings.remove(api, "r1")
    assert ("rbac.authorization.k8s.io", "clusterroles", "list") in api.asked
    assert uncovered(api.asked, permissions.wanted([])) == set()


def test_what_is_in_the_roles_must_be_held_to_give_them(build: ArgoBuild) -> None:
    rules = installing.wanted([], [build])
    held = {(rule.group, rule.resource): rule.verbs for rule in rules}
    assert {"create", "delete", "get", "list", "patch", "update", "watch"} <= set(held["", "pods/exec"])
    assert "get" in held["", "secrets"]
    assert ("*", "*") not in held


@pytest.mark.parametrize(
    ("path", "group", "resource"),
    [
        ("/api/v1/namespaces", "", "namespaces"),
        ("/api/v1/namespaces/x", "", "namespaces"),
        ("/api/v1/namespaces/x/pods", "", "pods"),
        ("/api/v1/namespaces/x/pods/y/log", "", "pods/log"),
        ("/apis/apps/v1/namespaces/x/deployments/y", "apps", "deployments"),
        ("/apis/apps/v1/deployments", "apps", "deployments"),
        ("/apis/scheduling.k8s.io/v1/priorityclasses/y", "scheduling.k8s.io", "priorityclasses"),
    ],
)
def test_a_path_says_what_it_is_about(path: str, group: str, resource: str) -> None:
    assert of_path(path, "get") == Permission(group=group, resource=resource, verbs=("get",))
