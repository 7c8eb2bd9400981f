"""Run inside the cluster: `apiproxy HOST PORT SERVER_HOST SERVER_PORT KEYS SOCKET`."""

from __future__ import annotations

import asyncio
import ssl
import sys

from harness.cluster.local.apiproxy import connections, orders
from harness.cluster.local.apiproxy.carrying import Carrier
from harness.cluster.local.apiproxy.connections import Connection, Upstream
from harness.cluster.local.apiproxy.ground import Ground

_PROTOCOLS = ["http/1.1"]
"""Clients of Kubernetes would rather speak HTTP/2, and speak this where nothing else is offered."""


async def run(address: tuple[str, int], upstream: Upstream, keys: str, socket: str) -> None:
    ground = Ground(upstream=upstream)

    async def accept(client: Connection) -> None:
        carrier = Carrier(client=client, ground=ground)
        ground.carriers.add(carrier)
        try:
            await carrier.run()
        finally:
            ground.carriers.discard(carrier)

    server = await connections.serve(address, _towards_client(keys), accept)
    await orders.serve(socket, ground)  # last, since whoever finds it takes the proxy for ready
    await server.serve_forever()


def _towards_client(keys: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{keys}/api-proxy.crt", f"{keys}/api-proxy.key")
    context.set_alpn_protocols(_PROTOCOLS)
    return context


def _towards_server(keys: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=f"{keys}/ca.crt")
    context.set_alpn_protocols(_PROTOCOLS)
    return context


def main(host: str, port: str, server_host: str, server_port: str, keys: str, socket: str) -> None:
    upstream = Upstream(host=server_host, port=int(server_port), tls=_towards_server(keys))
    asyncio.run(run((host, int(port)), upstream, keys, socket))


if __name__ == "__main__":
    main(*sys.argv[1:])
