"""Listening on a port, and leaving it."""

import asyncio
import gc
import socket

import pytest
from aiohttp import ClientSession, web

from bot.listener import Listener

HOST = "127.0.0.1"


def _app() -> web.Application:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/", answer)
    return app


async def test_it_answers_where_it_says() -> None:
    """The port it names is the one it serves."""
    listener = Listener(_app())
    port = await listener.open(HOST)
    async with ClientSession() as session, session.get(f"http://{HOST}:{port}/") as answer:
        assert await answer.text() == "here"
    await listener.close()


async def test_a_port_that_is_taken_can_be_followed_by_another() -> None:
    """It says that it could not, and may be asked again."""
    listener = Listener(_app())
    with socket.create_server((HOST, 0)) as other:
        with pytest.raises(OSError, match="address already in use"):
            await listener.open(HOST, other.getsockname()[1])
        assert await listener.open(HOST) != other.getsockname()[1]
    await listener.close()


async def test_one_that_never_opened_is_closed() -> None:
    """Nothing happens."""
    await Listener(_app()).close()


@pytest.mark.parametrize("turns", range(6))
async def test_who_comes_at_the_last_moment_is_hung_up_on(turns: int) -> None:
    """However far letting them in has come, their connection ends and no socket stays open."""
    listener = Listener(_app(), grace=0.1)
    port = await listener.open(HOST)
    with socket.create_connection((HOST, port)) as caller:
        for _ in range(turns):
            await asyncio.sleep(0)
        await listener.close()
        caller.settimeout(5)
        assert _end(caller) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port))
    del listener
    gc.collect()


def _end(caller: socket.socket) -> bytes:
    try:
        return caller.recv(1)
    except ConnectionResetError:
        return b""
