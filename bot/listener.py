"""A port on which HTTP is served, and whose end nobody is forgotten at."""

import asyncio

from aiohttp import web

# From being accepted to being known to the server takes a connection two turns of the loop; one is to spare.
_TURNS = 3


class Listener:
    """Serves an application from `open` to `close`."""

    def __init__(self, app: web.Application, *, grace: float = 60.0) -> None:
        """Requests that are under way at the end have *grace* seconds left."""
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=grace)
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int = 0) -> int:
        """Listen, and say on which port, where 0 takes one that is free; raises `OSError` where it is taken."""
        while (answering := self._runner.server) is None:
            await self._runner.setup()
        self._server = await asyncio.get_running_loop().create_server(answering, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Hang up on everybody.

        asyncio's server forgets whom it has accepted and not yet met if it is closed in between, and leaves
        the socket open (CPython issue 109564); so first nobody more is accepted, then all are met.
        """
        if self._server is not None:
            for listening in self._server.sockets:
                asyncio.get_running_loop().remove_reader(listening)
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            self._server.close()
        await self._runner.cleanup()
