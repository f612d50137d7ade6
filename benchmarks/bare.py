"""A Bolt app as its documentation shows it: it acknowledges commands, and starts a process for an emoji."""

import asyncio
import os
import re
import signal
import sys
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _start(event: dict[str, Any]) -> None:  # noqa: ARG001 -- Bolt hands over what is named
    terraform = os.environ.get("INTERLOCK_TERRAFORM") or "true"
    await asyncio.create_subprocess_exec(terraform, "apply")


async def _serve() -> None:
    url, token = os.environ["INTERLOCK_SLACK_API_URL"], os.environ["INTERLOCK_SLACK_BOT_TOKEN"]
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=url))
    app.command(re.compile(".*"))(_acknowledge)
    app.event("reaction_added")(_start)
    handler = AsyncSocketModeHandler(
        app, os.environ["INTERLOCK_SLACK_APP_TOKEN"], web_client=AsyncWebClient(base_url=url)
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await handler.client.connect()
    sys.stderr.write("the bare.ready line\n")
    sys.stderr.flush()
    await stop.wait()
    await handler.client.close()


if __name__ == "__main__":
    asyncio.run(_serve())
