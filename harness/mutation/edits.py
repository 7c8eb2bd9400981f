"""The small changes that mutants are made of, on raw objects as the API gives them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from harness.history.stamps import epoch
from harness.model.events import NodePower, Resource, Seen, Verb
from harness.model.objects import ClusterNode
from harness.model.phases import Phase
from harness.model.pods import Pod
from harness.mutation.tape import Edit, Moment, Raw, Tape

RENEWED = 4.0
"""Seconds between two renewals of the controller's lease."""
COMPLETED = "workflows.argoproj.io/completed"
PHASE = "workflows.argoproj.io/phase"


def nodes(raw: Raw) -> dict[str, Raw]:
    found: dict[str, Raw] = raw.get("status", {}).get("nodes", {})
    return found


def ended(raw: Raw) -> list[str]:
    """Ids of nodes that are over."""
    return [key for key, node in nodes(raw).items() if Phase(node.get("phase", "")).terminal]


def node_edit(key: str, **fields: Any) -> Edit:
    """Sets fields of one node where it is there; None removes the field."""

    def edit(raw: Raw) -> None:
        node = nodes(raw).get(key)
        if node is not None:
            put(node, fields)

    return edit


def node_gone(key: str) -> Edit:
    return lambda raw: put(nodes(raw), {key: None})


def put(target: Raw, fields: Raw) -> None:
    for name, value in fields.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value


def status_edit(**fields: Any) -> Edit:
    return lambda raw: put(raw.setdefault("status", {}), fields)


def label_edit(name: str, value: str | None) -> Edit:
    return lambda raw: put(raw["metadata"].setdefault("labels", {}), {name: value})


def both(*edits: Edit) -> Edit:
    def edit(raw: Raw) -> None:
        for each in edits:
            each(raw)

    return edit


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moved(value: str | None, by: float) -> str:
    return stamp((epoch(value) or 0.0) + by)


def completed(tape: Tape) -> bool:
    return bool(tape.versions) and tape.last()["metadata"].get("labels", {}).get(COMPLETED) == "true"


def first_where(tape: Tape, holds: Callable[[Raw], bool]) -> int | None:
    """The first version of the workflow for which it holds."""
    return next((index for index in tape.versions if holds(tape.moments[index].raw or {})), None)


def pods(tape: Tape) -> Iterator[tuple[int, Pod]]:
    """Where pods that work for a node of this workflow are shown."""
    for index in tape.where(Resource.POD):
        entry = tape.moments[index].entry
        if isinstance(entry, Seen) and isinstance(entry.object, Pod) and entry.object.workflow == tape.header.workflow:
            yield index, entry.object


def another_pod(moment: Moment, **meta: Any) -> Moment:
    """The same pod under another UID, new."""

    def edit(raw: Raw) -> None:
        raw["metadata"] |= {"uid": f"{raw['metadata']['uid']}-2", "name": f"{raw['metadata']['name']}-2", **meta}
        raw["metadata"].pop("deletionTimestamp", None)

    new = moment.edited(edit)
    assert isinstance(new.entry, Seen)
    return Moment(_as(new.entry, Verb.ADDED), new.raw)


def _as(entry: Seen, verb: Verb) -> Seen:
    return Seen(
        seq=entry.seq, t=entry.t, wall=entry.wall, resource=entry.resource, verb=verb, version=entry.version,
        object=entry.object,
    )  # fmt: skip


def later(tape: Tape, seconds: float) -> Tape:
    """The end of the recording comes so much later."""
    end = tape.moments[tape.end]
    return tape.made_of((*tape.moments[: tape.end], end.at(end.entry.t + seconds)))


def another(moment: Moment) -> Moment:
    """The same pod as it is, under another UID."""
    new = moment.edited(lambda raw: raw["metadata"].__setitem__("uid", f"{raw['metadata']['uid']}-2"))
    assert isinstance(new.entry, Seen)
    return Moment(_as(new.entry, Verb.ADDED), new.raw)


def last_alive(tape: Tape) -> list[tuple[int, Pod]]:
    return list({pod.uid: (index, pod) for index, pod in pods(tape) if pod.alive and not pod.deleting}.values())


def last_over(tape: Tape) -> list[tuple[int, Pod]]:
    return list({pod.uid: (index, pod) for index, pod in pods(tape) if not pod.alive and not pod.deleting}.values())


def alive_at_the_end(tape: Tape) -> bool:
    """Whether a pod of the workflow still lives when the recording stops."""
    last = {pod.uid: (tape.moments[index].entry, pod) for index, pod in pods(tape)}
    return any(pod.alive and getattr(entry, "verb", None) is not Verb.DELETED for entry, pod in last.values())


def host_away(tape: Tape) -> bool:
    """Whether a cluster node was ever away: then little can be asked of what ran there."""
    objects = [entry.object for entry in tape.entries if isinstance(entry, Seen)]
    hosts = [found for found in objects if isinstance(found, ClusterNode)]
    return any(isinstance(entry, NodePower) for entry in tape.entries) or any(host.ready != "True" for host in hosts)


def stretched(tape: Tape, index: int, seconds: float) -> Tape:
    """What comes from `index` on comes so much later, with a controller that goes on renewing its lease."""
    before, after = tape.moments[:index], tape.moments[index:]
    t = before[-1].entry.t
    renewals = tuple(_renewal(tape, index, t + step * RENEWED) for step in range(1, int(seconds / RENEWED)))
    return tape.made_of((*before, *renewals, *(moment.at(moment.entry.t + seconds) for moment in after)))


def _renewal(tape: Tape, index: int, t: float) -> Moment:
    leases = tape.where(Resource.LEASE)
    nearest = max((i for i in leases if i < index), default=leases[0])
    moment = tape.moments[nearest].at(t)
    renewed = f"{stamp(moment.entry.wall)[:-1]}.{int(t * 1000) % 1000:03d}000Z"
    return moment.edited(lambda raw: raw["spec"].__setitem__("renewTime", renewed))


def retried_by_hand(tape: Tape) -> bool:
    """Somebody ran `argo retry`, which makes attempts be numbered anew."""
    return any("retry" in (step.get("do") or {}) for step in tape.header.scenario.spec.get("method", []))
