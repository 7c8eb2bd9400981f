"""Faults of the requests that Argo's controller sends to the API server, and of the answers that it gets: done by a
proxy between the two, so both are the unmodified ones, and nobody else's requests are touched."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt

from harness.scenario.duration import Duration
from harness.scenario.verbs.verb import Capability, ControllerVerb

_VERBS = "get|list|watch|create|update|patch|delete|deletecollection"
Request = Annotated[str, Field(pattern=rf"^(\*|({_VERBS})(,({_VERBS}))*) (\*|[a-z]+(/[a-z]+)?(,[a-z]+(/[a-z]+)?)*)$")]
"""Verbs and resources as RBAC names them: `update workflows`, `create,delete pods`, `create pods/exec`, `* leases`."""
Resource = Annotated[str, Field(pattern=r"^[a-z]+$")]
Times = Annotated[StrictInt, Field(ge=1, le=1000)]


class ApiVerb(ControllerVerb):
    """A verb of the proxy. It lasts until it is undone, or until it has been done `times` times."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROXY})
    times: Times | None = None
    """How often it is done before it is over by itself."""

    @property
    def verbs(self) -> tuple[str, ...]:
        return ("watch",)

    @property
    def resources(self) -> tuple[str, ...]:
        raise NotImplementedError

    @property
    def holds(self) -> float:
        """Seconds that it may keep something back which then comes all the same."""
        return 0.0


class RequestVerb(ApiVerb):
    """Done to requests: those for the workflow's namespace, for all namespaces, and for Argo's own."""

    request: Request = "* workflows"
    """Which requests: verbs, a blank, resources; `*` is any."""

    @property
    def verbs(self) -> tuple[str, ...]:
        return tuple(self.request.partition(" ")[0].split(","))

    @property
    def resources(self) -> tuple[str, ...]:
        return tuple(self.request.partition(" ")[2].split(","))


class WatchVerb(ApiVerb):
    """Done to the controller's watches of a resource."""

    resource: Resource = "workflows"
    """What is watched."""

    @property
    def resources(self) -> tuple[str, ...]:
        return (self.resource,)


class SlowApi(RequestVerb):
    """Holds the controller's requests for a while before the API server gets them. Proven by each that was held so
    long. Healed by letting them go."""

    delay: Duration = 2.0
    """How long."""

    @property
    def holds(self) -> float:
        return self.delay


class RefuseApi(RequestVerb):
    """Answers the controller's requests with 409, 429 or 500, in the API server's words. Proven by the answers that
    were given."""

    request: Request = "update workflows"
    """Which requests: verbs, a blank, resources; `*` is any."""
    status: Literal[409, 429, 500] = 500
    """The HTTP status."""
    retry_after: Annotated[StrictInt, Field(ge=0, le=60)] = 1
    """Seconds, as the header `Retry-After` of a 429 says; 0 for none."""
    carried_out: StrictBool = False
    """Whether the API server carries out the request all the same: only its answer is lost."""


class ResetApi(RequestVerb):
    """Resets the connection (TCP RST) on which the controller waits for an answer. Proven by the requests that got
    none."""

    request: Request = "update workflows"
    """Which requests: verbs, a blank, resources; `*` is any."""
    carried_out: StrictBool = False
    """Whether the API server carries out the request all the same: the controller cannot know."""


class CloseWatch(WatchVerb):
    """Ends the controller's watch in good order, as the API server does now and then: it has to go on from where it
    was. With more `times` its next watches are ended as they begin."""

    times: Times | None = 1
    """How many watches."""


class DelayWatch(WatchVerb):
    """Holds each event of the controller's watch, in order: it acts upon what was true some time ago. Proven by the
    events that were held so long. Healed by letting them go."""

    delay: Duration = 3.0
    """How long."""

    @property
    def holds(self) -> float:
        return self.delay


class DropWatch(WatchVerb):
    """Loses events of the controller's watch, which goes on. Healed by telling it that its version is too old (410), so
    that it lists anew, which is waited for."""

    event: Literal["any", "ADDED", "MODIFIED", "DELETED"] = "any"
    """Which events."""


class ExpireWatch(WatchVerb):
    """Tells the controller's watch that its version is too old (410), so that it lists everything anew. Proven by the
    list. With more `times` its next watches are told so as they begin."""

    times: Times | None = 1
    """How many watches."""


class StaleApi(RequestVerb):
    """Answers with what was true when the fault began, as an API server does that lags behind: lists of what is
    watched, and gets from the first one on. After `age` the watches are told that they are too old, so that the
    controller lists. Proven by an answer that named other versions than the API server did. While it stands, answers
    are JSON."""

    request: Request = "get,list workflows"
    """Which requests: verbs, a blank, resources; `*` is any."""
    age: Duration = 3.0
    """After which the watches are ended."""
