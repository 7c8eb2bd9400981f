"""What an API proxy can be told to do to the requests of one client, and what it tells of having done it.

The proxy stands between Argo's controller and the API server, so both are unmodified and neither knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from harness.model.api import Deed

if TYPE_CHECKING:
    from collections.abc import Iterator


OF_WATCHES = frozenset({Deed.CLOSE, Deed.DELAY, Deed.DROP, Deed.EXPIRE})
"""Deeds to watches that are open; the others are done to requests."""
ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFault:
    """One standing order. Requests for all namespaces are always meant, of the others those in `namespaces`."""

    id: str
    deed: Deed
    user: str
    """As the token says, such as `system:serviceaccount:argo:argo`; nobody else's request is touched."""
    namespaces: tuple[str, ...]
    verbs: tuple[str, ...] = (ANY,)
    """Kubernetes' request verbs: get, list, watch, create, update, patch, delete, deletecollection."""
    resources: tuple[str, ...] = (ANY,)
    """Plural, with the subresource where there is one: `pods`, `pods/exec`."""
    times: int | None = None
    """How many requests or events are touched; None for all while it stands."""
    delay: float = 0.0
    """Seconds."""
    status: int = 0
    retry_after: int = 0
    """Seconds, as the header has it; 0 for none."""
    carried_out: bool = False
    """Whether the API server does what it was asked before the answer is lost."""
    event: str = ANY
    """Type of the watch events that are meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTouch:
    """The proxy did something to one request, or to one event of a watch. `number` counts what the fault touched."""

    fault: str
    number: int
    deed: Deed
    at: float
    """`time.monotonic()` when it was done."""
    client: str
    """The pod that asked, as its token says."""
    verb: str
    resource: str
    path: str
    status: int
    """What the client got; 0 where it got no answer."""
    seconds: float
    """How long it was held."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLifted:
    """A fault is over. `owing` are watches that have lost something, or were ended, and whose client has not listed
    anew since, or does not watch again."""

    known: bool
    touched: int
    owing: tuple[str, ...]


class ApiProxy(Protocol):
    """The proxy of one cluster. Every call raises ClusterFailed where it does not answer."""

    @property
    def address(self) -> tuple[str, int]:
        """Where pods reach it."""

    def clients(self) -> frozenset[str]:
        """The pods that have a connection through it now."""

    def stand(self, fault: ApiFault) -> Iterator[ApiTouch]:
        """Returns when the fault stands; the iteration ends when it is lifted, or with the cluster."""

    def lift(self, fault: str) -> ApiLifted:
        """Ends the fault and makes the client whole: a watch that lost events is expired, it lists anew, and watches
        again. An unknown one is over already."""

    def standing(self) -> tuple[str, ...]:
        """The faults that stand."""
