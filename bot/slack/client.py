"""Slack's own client, set up once for every call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

#: Longest time of one call, uploads included.
TIMEOUT = 30


@asynccontextmanager
async def connected(token: str, base_url: str) -> AsyncIterator[AsyncWebClient]:
    """Lend a client that keeps its connections; *base_url* ends in `/api/`."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT, connect=10)) as session:
        # The SDK would repeat a call whose connection broke, and so perhaps say something twice.
        yield AsyncWebClient(
            token=token, base_url=base_url, timeout=TIMEOUT, session=session, retry_handlers=[]
        )
