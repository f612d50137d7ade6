"""Socket Mode: the app's WebSockets, and one of them for each delivery."""

import asyncio
import json
import secrets
import uuid
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.delivery import Answer, Kind, Retry
from bot.playground.things import Json

MOST_CONNECTIONS = 10


class Connection:
    """One WebSocket of the app."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        """Talk through *socket*, which stands on *transport*."""
        self.socket = socket
        self.transport = transport
        #: Envelopes that were not acknowledged yet.
        self.waiting: dict[str, asyncio.Future[Answer]] = {}

    def acknowledged(self, said: Any) -> None:
        """Take a text frame of the app."""
        name = said.get("envelope_id") if isinstance(said, dict) else None
        future = self.waiting.pop(name, None) if isinstance(name, str) else None
        if future and not future.done():
            payload = said.get("payload")
            future.set_result(Answer(payload=payload if isinstance(payload, dict) and payload else None))

    def gone(self) -> None:
        """Fail whatever was still waited for."""
        for future in self.waiting.values():
            if not future.done():
                future.set_result(Answer(error="operation_timeout", reason="connection_failed"))
        self.waiting.clear()


class Socket:
    """All WebSockets of the app, and who gets the next delivery."""

    def __init__(self, app: str, ack_seconds: float) -> None:
        """Speak for the *app*, which has so many seconds for each acknowledgement."""
        self._app = app
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._handlers: set[web.WebSocketResponse] = set()
        self._arrived = asyncio.Event()
        #: The last envelopes that were sent, oldest first.
        self.sent: deque[Json] = deque(maxlen=1000)

    @property
    def count(self) -> int:
        """Connections that can take deliveries."""
        return len(self._open)

    def ticket(self) -> str:
        """Let one WebSocket in."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_auth"}, status=401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        if self.count >= MOST_CONNECTIONS:
            await socket.send_json(self._farewell("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket, request.transport)
        self._handlers.add(socket)
        try:
            await socket.send_json(self._hello())
            self._open.append(connection)
            self._arrived.set()
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    connection.acknowledged(_read(frame.data))
        finally:
            self._handlers.discard(socket)
            self._leave(connection)
            connection.gone()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count + 1,
            "debug_info": {
                "host": "applink-playground",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._app},
        }

    @staticmethod
    def _farewell(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-playground"}}

    def _leave(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
        if not self._open:
            self._arrived.clear()

    async def open(self) -> None:
        """Come back when there is a connection."""
        await self._arrived.wait()

    async def deliver(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        """Send *payload* to one connection and wait for the acknowledgement."""
        if not self._open:
            return Answer(error="dispatch_failed", reason="connection_failed")
        # Whoever was served goes to the end of the queue.
        connection = self._open.pop(0)
        self._open.append(connection)
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "type": kind.value,
            "accepts_response_payload": kind is not Kind.EVENT,
        }
        if kind is Kind.EVENT:
            envelope["retry_attempt"] = retry.attempt if retry else 0
            envelope["retry_reason"] = retry.reason if retry else ""
        return await self._send(connection, envelope)

    async def _send(self, connection: Connection, envelope: Json) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        name = envelope["envelope_id"]
        connection.waiting[name] = future
        self.sent.append(envelope)
        try:
            await connection.socket.send_json(envelope)
            async with asyncio.timeout(self._ack_seconds):
                return await future
        except TimeoutError:
            return Answer(error="operation_timeout")
        except ConnectionError:
            return Answer(error="operation_timeout", reason="connection_failed")
        finally:
            connection.waiting.pop(name, None)

    async def again(self, envelope: Json) -> Answer:
        """Deliver once more what was delivered already, as a network may."""
        await self.open()
        connection = self._open.pop(0)
        self._open.append(connection)
        return await self._send(connection, {**envelope, "envelope_id": str(uuid.uuid4())})

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come again; with `warning` they are told only that it will happen."""
        for connection in tuple(self._open):
            await connection.socket.send_json(self._farewell(reason))
            if reason != "warning":
                self._leave(connection)

    def cut(self) -> None:
        """Break every connection without a word."""
        for connection in tuple(self._open):
            self._leave(connection)
            if connection.transport:
                connection.transport.abort()

    async def close(self) -> None:
        """Hang up on everybody."""
        for socket in tuple(self._handlers):
            await socket.close(code=1001)


def _read(frame: str) -> Any:
    try:
        return json.loads(frame)
    except ValueError:
        return None
