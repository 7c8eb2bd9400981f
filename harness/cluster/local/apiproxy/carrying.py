"""One connection of the client and the one to the API server behind it: a request after the other, and its answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.cluster.local.apiproxy import answers, connections, framing, staleness
from harness.cluster.local.apiproxy.asked import Asked, Who, asked
from harness.cluster.local.apiproxy.watches import OpenWatch
from harness.model.api import Deed

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.cluster.local.apiproxy.connections import Connection
    from harness.cluster.local.apiproxy.framing import Head
    from harness.cluster.local.apiproxy.ground import Ground
    from harness.cluster.local.apiproxy.standing import Standing

_BODILESS = frozenset({204, 304})
_UPGRADED = 101
_BROKEN = (OSError, EOFError, asyncio.LimitOverrunError, framing.BadMessage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request as it came."""

    head: Head
    body: bytes
    asked: Asked

    @property
    def raw(self) -> bytes:
        return self.head.raw + self.body


@dataclass(slots=True, eq=False, kw_only=True)
class Carrier:
    """Lives as long as the client's connection; what is wrong with one side ends the other one likewise."""

    client: Connection
    ground: Ground
    who: Who = field(default_factory=Who)
    _server: Connection | None = None

    async def run(self) -> None:
        try:
            self._server = await self.ground.upstream.connect()
            while await self._one():
                continue
            self.client.writer.close()
        except _BROKEN:
            self.client.abort()
        finally:
            self._drop_server()

    async def _one(self) -> bool:
        """Whether the connection is good for another request."""
        message = await self._next()
        if message is None:
            return False
        self.who = message.asked.who
        if message.head.upgrades:
            return await self._answer(message)
        answering = asyncio.create_task(self._answer(message))
        leaving = asyncio.create_task(self.client.reader.gone.wait())
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (leaving, answering):
            task.cancel()
        await asyncio.gather(leaving, answering, return_exceptions=True)
        return not answering.cancelled() and answering.result()

    async def _next(self) -> Message | None:
        """None where either side has ended the connection in between."""
        reading = asyncio.create_task(framing.read_head(self.client.reader))
        waits: set[asyncio.Task[object]] = {reading}
        if self._server is not None:
            waits.add(asyncio.create_task(self._server.reader.gone.wait()))
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        with suppress(asyncio.CancelledError, asyncio.IncompleteReadError):
            head = reading.result()
            body = await framing.read_body(head, self.client.reader)
            return Message(head=head, body=body, asked=asked(head))
        return None

    async def _answer(self, message: Message) -> bool:
        told: list[Callable[[int], None]] = []
        for fault in self.ground.faults.hitting(message.asked):
            match fault.fault.deed:
                case Deed.SLOW:
                    await self._hold(fault, message.asked, told)
                case Deed.REFUSE:
                    return await self._refuse(fault, message)
                case Deed.RESET:
                    return await self._reset(fault, message)
                case Deed.STALE:
                    return await self._age(fault, message)
        return await self._carry(message, told)

    async def _hold(self, fault: Standing, what: Asked, told: list[Callable[[int], None]]) -> None:
        fault.take()
        since = time.monotonic()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(fault.lifted.wait(), fault.fault.delay)
        except asyncio.CancelledError:
            fault.touch(what, seconds=time.monotonic() - since, detail="was held until the client gave up")
            raise
        held = time.monotonic() - since
        told.append(lambda status: fault.touch(what, status=status, seconds=held, detail="was held"))

    async def _refuse(self, fault: Standing, message: Message) -> bool:
        fault.take()
        done = await self._done(fault, message)
        await self.client.send(answers.refusal(fault.fault, message.asked))
        fault.touch(message.asked, status=fault.fault.status, detail=f"was refused {done}")
        return not message.head.closes

    async def _reset(self, fault: Standing, message: Message) -> bool:
        fault.take()
        done = await self._done(fault, message)
        self.client.reset()
        fault.touch(message.asked, detail=f"had its connection reset {done}")
        return False

    async def _done(self, fault: Standing, message: Message) -> str:
        """What the API server was told of it."""
        if not fault.fault.carried_out:
            return "before the API server was asked"
        status, _, _ = await self._whole(message.raw, message.asked)
        return f"after the API server had answered it with {status}"

    async def _age(self, fault: Standing, message: Message) -> bool:
        head = staleness.plain(message.head)
        status, raw, body = await self._whole(head + message.body, message.asked)
        old = fault.memory.old(message.asked, body) if status == 200 else None
        if old is None:
            fault.memory.remember(message.asked, body)
            await self.client.send(raw)
        else:
            fault.take()
            given, difference = old
            await self.client.send(given)
            fault.touch(message.asked, status=status, detail=f"was answered with what was true before: {difference}")
        self.ground.faults.listed(message.asked, status)
        return not message.head.closes

    async def _whole(self, raw: bytes, what: Asked) -> tuple[int, bytes, bytes]:
        """Status, answer as it came, and what is in it; of a watch only the beginning, since it has no end."""
        server = await self._connected()
        await server.send(raw)
        head = await framing.read_head(server.reader)
        if what.verb == "watch":
            self._drop_server()
            return head.status, head.raw, b""
        body, content = await framing.read_answer(head, server.reader, bodiless=_bodiless(what, head))
        if head.closes:
            self._drop_server()
        return head.status, head.raw + body, content

    async def _carry(self, message: Message, told: list[Callable[[int], None]]) -> bool:
        server = await self._connected()
        await server.send(message.raw)
        answer = await self._final(server)
        for tell in told:
            tell(answer.status)
        if answer.status == _UPGRADED:
            await self.client.send(answer.raw)
            await connections.tunnel(self.client, server)
            return False
        if message.asked.verb == "watch" and answer.status == 200 and answer.chunked:
            return await self._watch(message, answer, server)
        bodiless = _bodiless(message.asked, answer)
        self.client.writer.write(answer.raw)
        async for piece in framing.pieces(answer, server.reader, bodiless=bodiless):
            await self.client.send(piece)
        await self.client.writer.drain()
        self.ground.faults.listed(message.asked, answer.status)
        bounded = bodiless or answer.chunked or answer.length is not None
        return bounded and not (message.head.closes or answer.closes)

    async def _final(self, server: Connection) -> Head:
        """The head of the answer, once what goes before it has been passed on."""
        while True:
            head = await framing.read_head(server.reader)
            if head.status >= 200 or head.status == _UPGRADED:
                return head
            await self.client.send(head.raw)

    async def _watch(self, message: Message, answer: Head, server: Connection) -> bool:
        await self.client.send(answer.raw)
        watch = OpenWatch(
            asked=message.asked,
            token=message.head.fields.get("authorization", ""),
            content_type=answer.fields.get("content-type", ""),
            client=self.client.writer,
            faults=self.ground.faults,
        )
        with self.ground.open(watch):
            if not await watch.carry(server.reader):
                self._drop_server()
        return True

    async def _connected(self) -> Connection:
        if self._server is None:
            self._server = await self.ground.upstream.connect()
        return self._server

    def _drop_server(self) -> None:
        if self._server is not None:
            self._server.abort()
            self._server = None


def _bodiless(what: Asked, head: Head) -> bool:
    return what.method == "HEAD" or head.status in _BODILESS
