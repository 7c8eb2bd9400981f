"""Orders over a Unix socket, a line of JSON each: `stand` answers with a line for each touch until it is lifted."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from harness.cluster.apifaults import ApiFault
from harness.model.api import Deed

if TYPE_CHECKING:
    from harness.cluster.apifaults import ApiTouch
    from harness.cluster.local.apiproxy.ground import Ground

_TUPLES = ("namespaces", "verbs", "resources")


async def serve(path: str, ground: Ground) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            order = json.loads(await reader.readline())
            try:
                await _obey(order, ground, writer)
            except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
                _say(writer, {"error": f"{type(error).__name__}: {error}"})
            await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(answer, path)


async def _obey(order: dict[str, Any], ground: Ground, writer: asyncio.StreamWriter) -> None:
    match order:
        case {"do": "status"}:
            _say(writer, {"clients": ground.clients(), "standing": list(ground.faults.all)})
        case {"do": "lift", "fault": str(name)}:
            _say(writer, asdict(await ground.lift(name)))
        case {"do": "stand", "fault": dict(raw)}:
            await _stand(fault(raw), ground, writer)
        case _:
            raise ValueError(f"no such order: {order}")


async def _stand(made: ApiFault, ground: Ground, writer: asyncio.StreamWriter) -> None:
    """The first line says that it stands; the last that it is over."""
    touches: asyncio.Queue[ApiTouch | None] = asyncio.Queue()
    await ground.stand(made, touches.put_nowait)
    _say(writer, {"standing": made.id})
    while (touch := await touches.get()) is not None:
        _say(writer, asdict(touch))
        await writer.drain()
    _say(writer, {"over": made.id})


def fault(raw: dict[str, Any]) -> ApiFault:
    lists = {key: tuple(raw[key]) for key in _TUPLES}
    return ApiFault(**{**raw, **lists, "deed": Deed(raw["deed"])})


def _say(writer: asyncio.StreamWriter, line: dict[str, Any]) -> None:
    writer.write(json.dumps(line).encode() + b"\n")
