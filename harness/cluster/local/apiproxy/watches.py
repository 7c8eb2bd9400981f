"""One open watch: every event passes through here whole and in order, at once unless a fault is meant for it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.cluster.local.apiproxy import answers, framing
from harness.cluster.local.apiproxy.frames import Cutter
from harness.model.api import Deed

if TYPE_CHECKING:
    from harness.cluster.local.apiproxy.asked import Asked
    from harness.cluster.local.apiproxy.standing import Faults, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Bytes for the client. With a fault they wait until it has held them long enough, or is lifted."""

    raw: bytes
    last: bool = False
    fault: Standing | None = None
    since: float = 0.0
    about: str = ""


@dataclass(slots=True, kw_only=True)
class OpenWatch:
    """From the head of its answer, which the client has, to its end."""

    asked: Asked
    token: str
    """The client's `Authorization`."""
    content_type: str
    client: asyncio.StreamWriter
    faults: Faults
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the proxy has ended it."""
    _queue: asyncio.Queue[Item] = field(default_factory=asyncio.Queue)
    _cutter: Cutter = field(init=False)

    def __post_init__(self) -> None:
        self._cutter = Cutter(self.content_type)

    async def carry(self, server: asyncio.StreamReader) -> bool:
        """Until one side ends it. False where that was the proxy: then the server still has something to say."""
        tasks = [asyncio.create_task(each) for each in (self._take(server), self._give(), self._over.wait())]
        source, sink, over = tasks
        try:
            await asyncio.wait({sink, over}, return_when=asyncio.FIRST_COMPLETED)
            if not over.done():
                await sink
            elif source.done():
                source.result()
            return not over.done()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def close(self, fault: Standing) -> None:
        """As the API server does now and then: the stream ends in good order, and the client watches on from there."""
        if self._over.is_set():
            return
        fault.take()
        fault.owes(self.asked, Deed.RESUMED)
        self._end(framing.LAST_CHUNK)
        fault.touch(self.asked, status=200, detail="the watch was closed")

    def expire(self, fault: Standing, *, counted: bool) -> None:
        """As the API server does when it has forgotten the version: the client has to list anew."""
        if self._over.is_set():
            return
        fault.owes(self.asked, Deed.RELISTED, Deed.RESUMED)
        self._end(framing.chunk(answers.expired(binary=self._cutter.binary)) + framing.LAST_CHUNK)
        if counted:
            fault.take()
            fault.touch(self.asked, status=410, detail="the watch was told that its version is too old")

    def _end(self, raw: bytes) -> None:
        self._over.set()
        self.client.write(raw)

    async def _take(self, server: asyncio.StreamReader) -> None:
        try:
            async for raw, content in framing.chunks(server):
                for frame in self._cutter.feed(content):
                    self._admit(frame)
                if not content:
                    rest = framing.chunk(self._cutter.rest) if self._cutter.rest else b""
                    self._queue.put_nowait(Item(raw=rest + raw, last=True))
        except (OSError, EOFError, framing.BadMessage):
            self.client.transport.abort()
            self._over.set()

    def _admit(self, frame: bytes) -> None:
        """One event: dropped, held, or put in its place in the row."""
        for deed in (Deed.DROP, Deed.DELAY):
            for fault in self.faults.watching(self.asked, deed):
                about = self._cutter.about(frame)
                if not fault.hits_event(self.asked, about):
                    continue
                fault.take()
                if deed is Deed.DELAY:
                    return self._queue.put_nowait(
                        Item(raw=framing.chunk(frame), fault=fault, since=time.monotonic(), about=str(about))
                    )
                fault.owes(self.asked, Deed.RELISTED)
                return fault.touch(self.asked, detail=f"{about} was dropped")
        return self._queue.put_nowait(Item(raw=framing.chunk(frame)))

    async def _give(self) -> None:
        while True:
            item = await self._queue.get()
            if item.fault is not None:
                await _waited(item, item.fault)
            self.client.write(item.raw)
            await self.client.drain()
            if item.fault is not None:
                held = time.monotonic() - item.since
                item.fault.touch(self.asked, status=200, seconds=held, detail=f"{item.about} was held")
            if item.last:
                return


async def _waited(item: Item, fault: Standing) -> None:
    left = item.since + fault.fault.delay - time.monotonic()
    with suppress(TimeoutError):
        await asyncio.wait_for(fault.lifted.wait(), max(left, 0.0))
