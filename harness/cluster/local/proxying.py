"""The API proxy of a local cluster, ordered over its socket."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from harness.cluster.apifaults import ApiFault, ApiLifted, ApiTouch
from harness.model.api import Deed
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ANSWER_WITHIN = 90.0
"""Seconds; a lifted fault is given 70 until its client has listed anew and watches again."""
_SERVES_WITHIN = 30.0
_LOOK = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalApiProxy:
    address: tuple[str, int]
    orders: Path

    def await_serving(self) -> None:
        """It is started beside everything else, once the API server listens."""
        deadline = time.monotonic() + _SERVES_WITHIN
        while not self.orders.exists() and time.monotonic() < deadline:
            time.sleep(_LOOK)
        self.standing()

    def clients(self) -> frozenset[str]:
        return frozenset(self._ask(do="status")["clients"])

    def standing(self) -> tuple[str, ...]:
        return tuple(self._ask(do="status")["standing"])

    def lift(self, fault: str) -> ApiLifted:
        answer = self._ask(do="lift", fault=fault)
        return ApiLifted(known=answer["known"], touched=answer["touched"], owing=tuple(answer["owing"]))

    def stand(self, fault: ApiFault) -> Iterator[ApiTouch]:
        link = self._said({"do": "stand", "fault": asdict(fault)})
        lines = link.makefile("rb")
        try:
            _answer(lines)
        except ClusterFailed:
            link.close()
            raise
        link.settimeout(None)  # how long nothing is touched is not for this to say
        return _touches(link, lines)

    def _ask(self, **order: str) -> dict[str, Any]:
        with self._said(order) as link, link.makefile("rb") as lines:
            return _answer(lines)

    def _said(self, order: dict[str, Any]) -> socket.socket:
        """The connection on which the answer will come."""
        link = socket.socket(socket.AF_UNIX)
        try:
            link.settimeout(_ANSWER_WITHIN)
            link.connect(str(self.orders))
            link.sendall(json.dumps(order).encode() + b"\n")
        except OSError as error:
            link.close()
            raise ClusterFailed(f"the API proxy does not answer: {error}") from error
        return link


def _answer(lines: BinaryIO) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(lines.readline())
    except (OSError, ValueError) as error:
        raise ClusterFailed(f"the API proxy ended while it was asked something: {error}") from error
    if complaint := answer.get("error"):
        raise ClusterFailed(f"the API proxy could not do it: {complaint}")
    return answer


def _touches(link: socket.socket, lines: BinaryIO) -> Iterator[ApiTouch]:
    """Ends with the fault, or with the proxy."""
    with link, lines, contextlib.suppress(OSError):
        for line in lines:
            raw: dict[str, Any] = json.loads(line)
            if "over" in raw:
                return
            yield ApiTouch(**{**raw, "deed": Deed(raw["deed"])})
