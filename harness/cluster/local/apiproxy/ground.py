"""What all connections of the proxy share: the API server, the faults that stand, and the watches that are open."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.cluster.apifaults import ApiFault, ApiLifted
from harness.cluster.local.apiproxy import framing, staleness
from harness.cluster.local.apiproxy.standing import Faults, Standing, Tell
from harness.model.api import Deed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from harness.cluster.local.apiproxy.carrying import Carrier
    from harness.cluster.local.apiproxy.connections import Upstream
    from harness.cluster.local.apiproxy.watches import OpenWatch

WHOLE_WITHIN = 70.0
"""Seconds in which a client whose watch was ended has to watch again: client-go waits for up to a minute if several
were ended in a row."""


@dataclass(slots=True, kw_only=True)
class Ground:
    upstream: Upstream
    faults: Faults = field(default_factory=Faults)
    watches: list[OpenWatch] = field(default_factory=list)
    carriers: set[Carrier] = field(default_factory=set)
    _waiting: set[asyncio.Task[None]] = field(default_factory=set)

    def clients(self) -> list[str]:
        return sorted({carrier.who.pod for carrier in self.carriers if carrier.who.pod})

    @contextmanager
    def open(self, watch: OpenWatch) -> Iterator[None]:
        """A watch that has just begun is hit by what stands, as one that was open before."""
        self.watches.append(watch)
        self.faults.listed(watch.asked, 200)
        self.faults.settled(watch.asked, Deed.RESUMED)
        for fault in list(self.faults.all.values()):
            if fault.lifted.is_set() and (Deed.RELISTED, watch.asked.collection) in fault.owing:
                watch.expire(fault, counted=False)
        for fault in self.faults.watching(watch.asked, Deed.CLOSE):
            watch.close(fault)
        for fault in self.faults.watching(watch.asked, Deed.EXPIRE):
            watch.expire(fault, counted=True)
        try:
            yield
        finally:
            self.watches.remove(watch)

    async def stand(self, fault: ApiFault, tell: Tell) -> Standing:
        made = self.faults.stand(fault, tell)
        match fault.deed:
            case Deed.CLOSE:
                self._each(made, lambda watch: watch.close(made))
            case Deed.EXPIRE:
                self._each(made, lambda watch: watch.expire(made, counted=True))
            case Deed.STALE:
                await self._remember(made)
                self._later(self._expire_in(made))
        return made

    async def lift(self, name: str) -> ApiLifted:
        """Its watches that have lost something are expired, and their client has to have listed anew."""
        fault = self.faults.all.get(name)
        if fault is None:
            return ApiLifted(known=False, touched=0, owing=())
        fault.lifted.set()
        for watch in list(self.watches):
            if (Deed.RELISTED, watch.asked.collection) in fault.owing:
                watch.expire(fault, counted=False)
        try:
            await asyncio.wait_for(fault.whole.wait(), WHOLE_WITHIN)
        except TimeoutError:
            owing = tuple(sorted({path for _, (_, path, _) in fault.owing}))
            return ApiLifted(known=True, touched=fault.touched, owing=owing)
        self.faults.over(name)
        return ApiLifted(known=True, touched=fault.touched, owing=())

    def _each(self, fault: Standing, hit: Callable[[OpenWatch], None]) -> None:
        for watch in list(self.watches):
            if fault.hits(watch.asked):
                hit(watch)

    def _of(self, fault: Standing) -> list[OpenWatch]:
        return [watch for watch in self.watches if fault.meant(watch.asked)]

    async def _remember(self, fault: Standing) -> None:
        """What the lists of the open watches would say now."""
        for watch in self._of(fault):
            server = await self.upstream.connect()
            try:
                await server.send(staleness.list_for(watch.asked, watch.token))
                head = await framing.read_head(server.reader)
                _, content = await framing.read_answer(head, server.reader, bodiless=False)
            finally:
                server.abort()
            if head.status == 200:
                fault.memory.remember(watch.asked, content)

    async def _expire_in(self, fault: Standing) -> None:
        """Gives the world time to move on, then makes the client ask for it."""
        await asyncio.sleep(fault.fault.delay)
        for watch in self._of(fault):
            watch.expire(fault, counted=False)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
