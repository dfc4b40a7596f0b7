"""Connections of the server: what is small leaves at once."""

import asyncio
import socket

from tests.ui.running import run_apart
from ui.server.door import send_at_once


def test_a_small_answer_waits_for_no_word_of_the_first_packet():
    """As Streamlit binds: without the protocol's number, so that asyncio leaves the wait in."""

    async def set_before_and_after() -> tuple[int, int]:
        line = socket.socket()
        line.bind(("127.0.0.1", 0))
        found: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()

        class Waiting(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                peer = transport.get_extra_info("socket")
                before = peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                send_at_once(transport)
                found.set_result((before, peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

        server = await asyncio.get_running_loop().create_server(Waiting, sock=line)
        async with server:
            _, writer = await asyncio.open_connection(*line.getsockname())
            both = await found
            writer.close()
            await writer.wait_closed()
        return both

    before, after = run_apart(set_before_and_after())
    assert (before, bool(after)) == (0, True)
