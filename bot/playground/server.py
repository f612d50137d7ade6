"""The playground itself: a workspace that is served on this machine only."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.clock import SystemClock
from bot.listener import Listener
from bot.playground import acting, events
from bot.playground.acting import Outcome
from bot.playground.delivery import ACK_SECONDS, Line
from bot.playground.diary import Diary
from bot.playground.keys import Keys
from bot.playground.mail import Mail
from bot.playground.push import Push
from bot.playground.seed import demo_seed
from bot.playground.socket import Socket
from bot.playground.things import Json, Message, Seed
from bot.playground.throttle import Throttle, Trouble
from bot.playground.triggers import Hooks, Triggers
from bot.playground.web import Web
from bot.playground.workspace import Workspace

HOST = "127.0.0.1"


class Playground:
    """Serves while it is entered; everything that people can do is a method here."""

    def __init__(
        self,
        seed: Seed | None = None,
        *,
        folder: Path | None = None,
        request_url: str | None = None,
        ack_seconds: float = ACK_SECONDS,
        pause_factor: float = 1.0,
    ) -> None:
        """Begin with *seed*, or with what *folder* remembers of it.

        With *request_url* the app is called by signed HTTP requests, otherwise over its WebSockets.
        *pause_factor* scales the pauses between repetitions of an event.
        """
        self.keys = Keys()
        self.address = ""
        self._folder = folder
        self._clock = SystemClock()
        self._diary = Diary(folder)
        self.workspace = Workspace(seed or demo_seed(), self._clock, self._diary)
        self.triggers = Triggers(asyncio.get_running_loop().time)
        self.hooks = Hooks(self._diary)
        self.socket = Socket(self.workspace.seed.app, ack_seconds)
        self._push = Push(request_url, self.keys.signing, self._clock, ack_seconds) if request_url else None
        self.line: Line = self._push or self.socket
        self.mail = Mail(self.line, self._diary, pause_factor)
        self._throttle = Throttle()
        self._web = Web(self, self.keys, self.socket, self.hooks, self._throttle)
        self._listener = Listener(self._web.application, grace=1.0)

    @property
    def url(self) -> str:
        """The base URL for Slack's SDKs."""
        return f"{self.address}/api/"

    @property
    def calls(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The last methods of the Web API that were called, oldest first, with their arguments."""
        return list(self._web.calls)

    async def __aenter__(self) -> Self:
        """Listen on the port of last time, where that is free still, else on any."""
        remembered = await asyncio.to_thread(self._remembered)
        try:
            port = await self._listener.open(HOST, remembered)
        except OSError:
            if not remembered:
                raise
            port = await self._listener.open(HOST)
        self.address = f"http://{HOST}:{port}"
        if self._folder:
            await asyncio.to_thread((self._folder / "port").write_text, str(port))
        self.mail.resume()
        return self

    def _remembered(self) -> int:
        file = self._folder / "port" if self._folder else None
        return int(file.read_text()) if file and file.exists() else 0

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up; with a folder, all is there again next time."""
        await self.mail.close()
        await self.socket.close()
        if self._push:
            await self._push.close()
        await self._listener.close()
        self._diary.close()

    # What methods and acting reach.

    def connection(self) -> str:
        """Give out an address at which one WebSocket is taken."""
        return f"ws{self.address.removeprefix('http')}/link?ticket={self.socket.ticket()}"

    def hook(self, name: str) -> str:
        """Tell the whole answering address."""
        return f"{self.address}/hooks/{name}"

    def happened(self, event: Json) -> None:
        """Tell the app of an event, if it wants to hear of its kind."""
        if event["type"] in self.workspace.seed.events:
            self.mail.send(events.wrapped(self.workspace.seed, event, self.workspace.now()))

    # What people do. Users are ids, channels ids or names; whatever cannot be done raises `Refusal`.

    async def command(self, user: str, channel: str, name: str, text: str = "") -> Outcome:
        """Type a slash command; come back when it is acknowledged or has failed."""
        return await acting.command(self, user, channel, name, text)

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Say something; `@name` calls people, and the bot."""
        return acting.talk(self, user, channel, text, thread_ts)

    async def react(self, user: str, channel: str, ts: str, emoji: str) -> None:
        """Put an emoji under a message."""
        acting.react(self, user, channel, ts, emoji, added=True)

    async def unreact(self, user: str, channel: str, ts: str, emoji: str) -> None:
        """Take an emoji away."""
        acting.react(self, user, channel, ts, emoji, added=False)

    async def click(self, user: str, channel: str, ts: str, action_id: str) -> Outcome:
        """Press a button; come back when it is acknowledged or has failed."""
        return await acting.click(self, user, channel, ts, action_id)

    async def submit(self, user: str, view_id: str, values: dict[str, Any]) -> Outcome:
        """Fill in a dialog, by action id or block id, and send it off."""
        return await acting.submit(self, user, view_id, values)

    async def dismiss(self, user: str, view_id: str) -> Outcome:
        """Close a dialog without sending it."""
        return await acting.dismiss(self, user, view_id)

    async def open_home(self, user: str) -> None:
        """Look at the app's Home tab."""
        acting.open_home(self, user)

    # What goes wrong on purpose.

    def throttle(self, method: str, seconds: int, times: int = 1) -> None:
        """Answer the next *times* calls of *method* (`*` is any) with 429 and `Retry-After`."""
        self._throttle.plan(method, Trouble(status=429, retry_after=seconds), times)

    def fail(self, method: str, status: int, times: int = 1) -> None:
        """Answer with an HTTP status and no JSON; status 0 cuts the connection instead."""
        self._throttle.plan(method, Trouble(status=status), times)

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """Answer with one of Slack's error codes."""
        self._throttle.plan(method, Trouble(status=200, error=error), times)

    def lose_answer(self, method: str, times: int = 1) -> None:
        """Carry the call out, then cut the connection before it is answered."""
        self._throttle.plan(method, Trouble(status=0, after=True), times)

    async def until(self, met: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Wait until *met* returns something true after a change, and return that; raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            if found := met():
                return found
            async for _ in self.workspace.follow(self.workspace.number):
                if found := met():
                    return found
        raise TimeoutError
