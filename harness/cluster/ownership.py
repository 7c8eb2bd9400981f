"""Who may break a cluster: on one that the harness did not start it does nothing, unless it was adopted first.

Adopting writes a random token into the cluster, and its hash, with the cluster's own identity, into the cache folder:
a cluster that was restored from a backup of an adopted one is not the same cluster.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import tenacity

from harness.build import cache
from harness.cluster.api import ApiConflict, ApiError, ApiNotFound
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cluster.api import Api

NAMESPACE: Final = "argo-shakedown"
CONFIG_MAP: Final = "shakedown-owner"
CONFIG_MAPS: Final = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
GOING_AWAY: Final = 30.0
"""Seconds for a namespace that was deleted a moment ago to be gone."""
ADOPT: Final = "shakedown cluster adopt --context {0} --i-own-this-cluster {0}"
MADE_BY: Final = {"shakedown/made-by": "argo-shakedown"}
NAMED: Final = {"name": NAMESPACE, "labels": MADE_BY}
ALLOWS: Final = (
    "create and delete namespaces of its own, with workflows in them",
    "delete, evict and change the pods of these workflows",
    "with --allow-cluster-faults also: cordon, drain, taint and delete nodes, and kill, scale and reconfigure Argo's"
    " controller, whoever else is served by it",
)


class NotOurs(UsageError):
    """The cluster is not one that was made to be broken, or nothing proves that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A cluster that somebody names, and what they say of it: `owned` repeats the name of the context."""

    kubeconfig: Path
    context: str
    owned: str = ""
    cluster_faults: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What the cache remembers of an adopted cluster; `identity` is the UID of its namespace kube-system."""

    context: str
    kubeconfig: str
    identity: str
    digest: str


def demand_name(claim: Claim) -> None:
    """Typed twice, since what follows cannot be taken back."""
    if claim.owned != claim.context:
        said = f"--i-own-this-cluster says {claim.owned}" if claim.owned else "nothing says that it is yours"
        raise NotOurs(
            f"context {claim.context} leads to a cluster that the harness did not start, and {said}",
            cure=f"only if it may be broken: --i-own-this-cluster {claim.context}",
        )


def adopt(api: Api, claim: Claim) -> Adoption:
    """Mints the token. One that is ours already is kept; one that is not ours is not touched."""
    demand_name(claim)
    token = secrets.token_hex(32)
    adoption = Adoption(
        context=claim.context,
        kubeconfig=str(claim.kubeconfig.absolute()),
        identity=identity(api),
        digest=_digest(token),
    )
    body = {"metadata": {"name": CONFIG_MAP, "labels": MADE_BY}, "data": {"token": token, "context": claim.context}}
    # first on disk: a token in a cluster that nobody remembers could never be taken away
    former = _file(claim.context).read_bytes() if _file(claim.context).exists() else None
    _keep(adoption)
    try:
        _place(api, body)
    except ApiConflict as error:
        _restore(claim.context, former)
        try:
            return verify(api, claim)
        except NotOurs:
            raise NotOurs(
                f"context {claim.context} leads to a cluster that another harness has adopted",
                cure=f"if that is over: kubectl --context {claim.context} -n {NAMESPACE} delete configmap {CONFIG_MAP}",
            ) from error
    return adoption


def _is_going_away(error: BaseException) -> bool:
    """It was there when it was to be made, and takes nothing any more, or has gone since."""
    return isinstance(error, ApiNotFound) or (isinstance(error, ApiError) and "being terminated" in str(error))


@tenacity.retry(
    retry=tenacity.retry_if_exception(_is_going_away),
    stop=tenacity.stop_after_delay(GOING_AWAY),
    wait=tenacity.wait_fixed(0.5),
    reraise=True,
)
def _place(api: Api, body: dict[str, Any]) -> None:
    """The namespace of the time before may still be going away; it is made anew once it has gone."""
    with contextlib.suppress(ApiConflict):
        api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": NAMED})
    api.create(CONFIG_MAPS, body)


def verify(api: Api, claim: Claim) -> Adoption:
    """Raises NotOurs unless the name is repeated and the token in the cluster is the one that was minted here."""
    demand_name(claim)
    return proven(api, claim.context)


def proven(api: Api, context: str) -> Adoption:
    adoption = remembered(context)
    if _digest(_token(api, context)) != adoption.digest:
        raise NotOurs(
            f"the token in the cluster of context {context} is not the one that was minted here",
            cure=f"adopt it: {ADOPT.format(context)}",
        )
    if identity(api) != adoption.identity:
        raise NotOurs(
            f"context {context} leads to another cluster than the one that was adopted, with a copy of its token",
            cure="if this one may be broken too, delete the config map there, and adopt it",
        )
    return adoption


def disown(api: Api, claim: Claim) -> None:
    """Takes the token away, from the cluster and from the cache."""
    verify(api, claim)
    api.delete(f"{CONFIG_MAPS}/{CONFIG_MAP}")
    labels = api.get(f"/api/v1/namespaces/{NAMESPACE}")["metadata"].get("labels", {})
    if MADE_BY.items() <= labels.items():
        api.delete(f"/api/v1/namespaces/{NAMESPACE}")
    _file(claim.context).unlink()


def remembered(context: str) -> Adoption:
    try:
        record: dict[str, Any] = json.loads(_file(context).read_text(encoding="utf-8"))
        return Adoption(**record)
    except FileNotFoundError:
        raise NotOurs(
            f"the cluster of context {context} was not adopted here",
            cure=f"if it may be broken: {ADOPT.format(context)}",
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise NotOurs(
            f"what is remembered of context {context} cannot be read: {error}", cure=f"delete {_file(context)}"
        ) from error


def identity(api: Api) -> str:
    return str(api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"])


def _token(api: Api, context: str) -> str:
    try:
        return str(api.get(f"{CONFIG_MAPS}/{CONFIG_MAP}").get("data", {}).get("token", ""))
    except ApiNotFound:
        raise NotOurs(
            f"the cluster of context {context} carries no token of the harness",
            cure=f"if it may be broken: {ADOPT.format(context)}",
        ) from None


def _keep(adoption: Adoption) -> None:
    path = _file(adoption.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(adoption)), encoding="utf-8")


def _restore(context: str, former: bytes | None) -> None:
    if former is None:
        _file(context).unlink()
    else:
        _file(context).write_bytes(former)


def _file(context: str) -> Path:
    """Contexts may be named anything, with slashes too."""
    return cache.root() / "owned" / f"{_digest(context)[:32]}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
