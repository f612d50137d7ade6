"""Customers: a small, steady load of real requests, so that evidence is real."""

import asyncio

import aiohttp

#: How many there are: each looks at the shop, waits, and looks again, some five times a second.
FEW, MANY, STAFF = 2, 10, 1
_PAUSE = 0.17
_PAUSE_WHEN_CLOSED = 0.5


async def visit(url: str, customers: int) -> None:
    """Send so many *customers* to the shop at *url*, until cancelled."""
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as crowd:
        for _ in range(customers):
            crowd.create_task(_customer(session, url))


async def _customer(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        was_open = await _looks(session, url)
        await asyncio.sleep(_PAUSE if was_open else _PAUSE_WHEN_CLOSED)


async def _looks(session: aiohttp.ClientSession, url: str) -> bool:
    """Whether the shop was open; a basket that is gone counts as open."""
    try:
        async with session.get(url) as answer:
            await answer.read()
            return answer.status not in {502, 503}
    except (aiohttp.ClientError, TimeoutError):
        return False
