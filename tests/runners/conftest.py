"""Surroundings for checks and metrics, and real servers on the loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.listener import Listener
from runners.aws import Aws
from runners.context import Context
from tests.fakes.moto import cloud, moto
from tests.fakes.yard import journey
from tests.runners.steps.conftest import clock, estate_with, journal, kit, run, wish

#: The kit of the steps, for whatever works with it.
__all__ = ["clock", "cloud", "estate_with", "journal", "journey", "kit", "moto", "run", "wish"]


@pytest.fixture
def context(tmp_path: Path, request: pytest.FixtureRequest) -> Context:
    """Give a run's surroundings: a few outputs, an empty checkout, one secret."""
    # Making a client takes longer than most tests, so those that have a cloud share one way to it.
    aws = request.getfixturevalue("one_aws") if "cloud" in request.fixturenames else Aws()
    outputs = {"url": "http://x", "empty": "", "none": None, "list": ["a"], "count": 0}
    return Context(
        outputs=outputs,
        checkout=tmp_path,
        redact=lambda text: text.replace("s3cret", "(redacted)"),
        aws=aws,
    )


@pytest.fixture(scope="session")
def one_aws() -> Iterator[Aws]:
    """Give one way to AWS for all tests that have a `cloud`."""
    way = Aws()
    yield way
    way.close()


Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Give a starter of servers: it takes a handler and gives the server's address."""
    listeners: list[Listener] = []

    async def start(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        listeners.append(listener := Listener(app, grace=0.1))
        return f"http://127.0.0.1:{await listener.open('127.0.0.1')}"

    yield start
    for listener in listeners:
        await listener.close()
