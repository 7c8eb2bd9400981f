"""The faults that stand: who is hit by which, what each has touched so far, and what its watches still owe."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.cluster.apifaults import ANY, OF_WATCHES, ApiFault, ApiTouch
from harness.cluster.local.apiproxy.staleness import Memory
from harness.model.api import Deed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.local.apiproxy.asked import Asked
    from harness.cluster.local.apiproxy.frames import About

TOLD = 200
"""Touches of one fault that are told one by one; the rest is only counted, so that no history drowns in them."""
Collection = tuple[str, str, tuple[str, str]]
Debt = tuple[Deed, Collection]
"""What the client still has to do: `relisted` or `resumed`."""
Tell = Callable[[ApiTouch | None], None]
"""Of each touch, and None at the end."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """One fault while it stands, and a moment longer where a watch owes something."""

    fault: ApiFault
    tell: Tell
    taken: int = 0
    """What was begun; at most `times`."""
    touched: int = 0
    """What was done."""
    memory: Memory = field(init=False)
    owing: set[Debt] = field(default_factory=set)
    lifted: asyncio.Event = field(default_factory=asyncio.Event)
    whole: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing is owed."""

    def __post_init__(self) -> None:
        self.memory = Memory(namespaces=self.fault.namespaces)
        self.whole.set()

    @property
    def spent(self) -> bool:
        return self.fault.times is not None and self.taken >= self.fault.times

    def meant(self, asked: Asked) -> bool:
        fault = self.fault
        return (
            not self.spent
            and not self.lifted.is_set()
            and bool(asked.resource)
            and asked.who.user == fault.user
            and asked.namespace in ("", *fault.namespaces)
            and (asked.resource in fault.resources or ANY in fault.resources)
        )

    def hits(self, asked: Asked) -> bool:
        """A request, whatever is done to it."""
        verbs = ("watch",) if self.fault.deed in OF_WATCHES else self.fault.verbs
        return self.meant(asked) and (asked.verb in verbs or ANY in verbs)

    def hits_event(self, asked: Asked, about: About) -> bool:
        """An event of a watch that is hit: those that tell of no object of the namespaces are let through."""
        return self.hits(asked) and about.namespace in self.fault.namespaces and self.fault.event in (ANY, about.type)

    def take(self) -> None:
        self.taken += 1

    def touch(
        self, asked: Asked, deed: Deed | None = None, *, status: int = 0, seconds: float = 0.0, detail: str = ""
    ) -> None:
        """It is done: said once it is, and with what the client got; with a `deed`, what came of it."""
        if deed is None:
            self.touched += 1
        if self.touched > TOLD and deed is None:
            return
        self.tell(
            ApiTouch(
                fault=self.fault.id,
                number=self.touched,
                deed=deed or self.fault.deed,
                at=time.monotonic(),
                client=asked.who.pod,
                verb=asked.verb,
                resource=asked.resource,
                path=asked.path,
                status=status,
                seconds=round(seconds, 4),
                detail=detail,
            )
        )

    def owes(self, asked: Asked, *debts: Deed) -> None:
        self.owing.update((debt, asked.collection) for debt in debts)
        self.whole.clear()

    def settle(self, asked: Asked, debt: Deed) -> None:
        """The client has done what it had to."""
        if (debt, asked.collection) in self.owing:
            self.owing.discard((debt, asked.collection))
            self.touch(asked, debt, status=200, detail=_SETTLED[debt])
            if not self.owing:
                self.whole.set()


_SETTLED = {Deed.RELISTED: "listed anew", Deed.RESUMED: "watches again"}


class Faults:
    """By id. Used from the event loop alone."""

    def __init__(self) -> None:
        self.all: dict[str, Standing] = {}

    def stand(self, fault: ApiFault, tell: Tell) -> Standing:
        if fault.id in self.all:
            raise ValueError(f"fault {fault.id} stands already")
        made = self.all[fault.id] = Standing(fault=fault, tell=tell)
        return made

    def over(self, fault: str) -> None:
        if (ended := self.all.pop(fault, None)) is not None:
            ended.tell(None)

    def hitting(self, asked: Asked) -> Iterator[Standing]:
        """Those that are done to the request itself, in the order in which they were ordered."""
        return (each for each in list(self.all.values()) if each.fault.deed not in OF_WATCHES and each.hits(asked))

    def watching(self, asked: Asked, deed: Deed) -> Iterator[Standing]:
        """Those that are done to the watch that was asked for."""
        return (each for each in list(self.all.values()) if each.fault.deed is deed and each.hits(asked))

    def listed(self, asked: Asked, status: int) -> None:
        if status == 200 and (asked.verb == "list" or asked.initial):
            self.settled(asked, Deed.RELISTED)

    def settled(self, asked: Asked, debt: Deed) -> None:
        for each in list(self.all.values()):
            each.settle(asked, debt)
