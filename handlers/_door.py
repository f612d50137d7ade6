"""Deals with what was heard: each person's words in their order, everybody's at the same time."""

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

from bot.domain.errors import JournalBroken
from bot.domain.heard import Heard, HeardKind
from bot.domain.message import Message, Saying, Urgency
from bot.domain.request import Help, Origin
from bot.domain.ruling import Deny, Reason
from bot.domain.value import ChannelId, MessageTs, RunId
from bot.policy import decide
from bot.ports import Answers
from bot.render import refusal
from handlers import Command, Desk, Gesture, Pointed, Spoken, channel, person

log = logging.getLogger(__name__)

#: The slash command that all other words hang on.
ROOT = "/interlock"
#: The ids of buttons that say a word begin with this.
SAYS = "say_"
#: People whose words are dealt with at the same time.
_AT_ONCE = 32
#: Seconds between two tries while the database is away: first, and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
#: Seconds for which an answer waits for those who still speak.
_COURTESY = 1.0
_MENTION = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>\s*")
#: What broke us once is told and struck off, so that it does not come up again at each start.
_BROKEN = "Interlock stumbled over this; nothing more was done with it. Its log says why."


class Door:
    """Everything goes through here, and a row is struck off only when it has been dealt with."""

    def __init__(
        self,
        desk: Desk,
        voice: Answers,
        commands: Mapping[str, type[Command]],
        gestures: Mapping[str, type[Gesture]],
    ) -> None:
        """Listen for *commands*, by word, and *gestures*."""
        self._desk = desk
        self._voice = voice
        known: dict[str, Command] = {}
        known.update({word: command(desk, known) for word, command in commands.items()})
        self.commands: Mapping[str, Command] = known
        self.gestures = tuple(gesture(desk) for gesture in gestures.values())
        #: One lock for each person who speaks just now; it lasts as long as somebody waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: The same for keeping what they said, so that it is dealt with in the order in which it came.
        self._ears: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: What is being kept just now, and a sign for when that is nothing.
        self._keeping = 0
        self._lull = asyncio.Event()
        self._lull.set()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def hear(self, heard: Heard) -> None:
        """Keep it, so that it may be acknowledged; the rest happens by itself."""
        with self._speaking():
            async with _of(self._ears, heard):
                if await self._desk.journal.hear(heard):
                    self._take(heard)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        self._keeping += 1
        self._lull.clear()
        try:
            yield
        finally:
            self._keeping -= 1
            if not self._keeping:
                self._lull.set()

    async def _let_speak(self) -> None:
        """Slack waits three seconds for an acknowledgement, and people a little longer for an answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_COURTESY):
                await self._lull.wait()

    async def resume(self) -> None:
        """Take up what was acknowledged before the last end and never dealt with."""
        for heard in await self._desk.journal.unheeded():
            self._take(heard)

    def _take(self, heard: Heard) -> None:
        task = asyncio.create_task(self._heed(heard))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is being dealt with; what is not done by then is taken up at the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _heed(self, heard: Heard) -> None:
        async with _of(self._turns, heard), self._room:
            await self._let_speak()
            pause = _FIRST_PAUSE
            while not await self._dealt_with(heard):
                await self._desk.clock.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _dealt_with(self, heard: Heard) -> bool:
        """Answer and strike it off; `False` while the database is away, for what was acknowledged is never lost."""
        try:
            try:
                await self._settle(heard, await self._answer(heard))
            except JournalBroken:
                raise
            except Exception:
                # Whatever it was, it must neither be lost in silence nor come up again at each start.
                log.exception("door.stumbled", extra={"key": heard.key, "kind": heard.kind})
                await self._stumbled(heard)
        except JournalBroken as error:
            log.warning("door.waits", extra={"key": heard.key, "error": str(error)})
            return False
        return True

    async def _answer(self, heard: Heard) -> Saying | None:
        if heard.kind is HeardKind.COMMAND:
            spoken = self._slash(heard)
            return _reply(spoken, heard, await self._say(spoken))
        if _kind(heard) == "app_mention":
            spoken = await self._mention(heard)
            return _reply(spoken, heard, await self._say(spoken))
        if pressed := self._pressed(heard):
            return _reply(pressed, heard, await self._say(pressed))
        for gesture in self.gestures:
            if pointed := _pointed(gesture, heard):
                return _reply(pointed, heard, await gesture.answer(pointed))
        return None

    async def _say(self, spoken: Spoken) -> Message | None:
        if reasons := await self._strange(spoken):
            return refusal.refusal(spoken.said, reasons)
        word = spoken.words[0] if spoken.words else "help"
        command = self.commands.get(word.lower().lstrip("/"))
        if command is None:
            return refusal.unknown_word(word, tuple(self.commands))
        return await command.answer(spoken.model_copy(update={"words": spoken.words[1:]}))

    async def _strange(self, spoken: Spoken) -> tuple[Reason, ...]:
        """Why nothing at all is told to whoever speaks, not even which words and environments there are."""
        ruling = decide.at_the_door(Help(), await self._desk.asking(spoken))
        return ruling.reasons if isinstance(ruling, Deny) else ()

    def _slash(self, heard: Heard) -> Spoken:
        body = heard.payload
        slash, text = str(body.get("command", "")), str(body.get("text") or "")
        words = tuple(text.split())
        return Spoken(
            by=person(body.get("team_id"), body.get("user_id")),
            channel=channel(body.get("channel_id")),
            at=heard.at,
            response_url=body.get("response_url"),
            key=heard.key,
            said=f"{slash} {text}".strip(),
            words=words if slash == ROOT else (slash.lstrip("/"), *words),
        )

    def _pressed(self, heard: Heard) -> Spoken | None:
        """The words of a button that says some: what it is called, and what it carries."""
        body = heard.payload
        if heard.kind is not HeardKind.ACTION:
            return None
        button = body["actions"][0]
        word = str(button["action_id"]).removeprefix(SAYS)
        if word == button["action_id"]:
            return None
        user = body["user"]
        words = (word, *str(button.get("value") or "").split())
        return Spoken(
            by=person(user.get("team_id") or body.get("team", {}).get("id"), user.get("id")),
            channel=channel(body.get("channel", {}).get("id")),
            at=heard.at,
            response_url=body.get("response_url"),
            key=heard.key,
            said=" ".join((ROOT, *words)),
            words=words,
        )

    async def _mention(self, heard: Heard) -> Spoken:
        event = heard.payload["event"]
        text = _MENTION.sub("", str(event.get("text") or ""))
        place, under = channel(event.get("channel")), event.get("thread_ts")
        return Spoken(
            by=person(event.get("user_team") or heard.payload.get("team_id"), event.get("user")),
            channel=place,
            at=heard.at,
            thread_ts=under,
            key=heard.key,
            said=text.strip(),
            words=tuple(text.split()),
            run=await self._run_of(place, under),
        )

    async def _run_of(self, place: ChannelId, under: str | None) -> RunId | None:
        """The run whose thread it is."""
        key = await self._desk.journal.said(place, MessageTs(under)) if under else None
        parts = (key or "").split(":")
        return RunId(int(parts[1])) if len(parts) > 1 and parts[0] == "run" else None

    async def _settle(self, heard: Heard, answer: Saying | None) -> None:
        """Strike it off, in one go with what there is to answer."""
        if answer is None:
            await self._desk.journal.heeded(heard.key, self._desk.clock.now())
        else:
            await self._voice.answer(answer, heard.key)

    async def _stumbled(self, heard: Heard) -> None:
        """Say so, where it can be seen to whom; whatever is wrong with the words must not come up again."""
        try:
            origin = _origin(heard)
            answer = _reply(origin, heard, Message(text=_BROKEN)) if origin else None
            await self._settle(heard, answer)
        except JournalBroken:
            raise
        except Exception:
            # There is nobody left to tell; the row is struck off all the same.
            log.exception("door.speechless", extra={"key": heard.key})
            await self._settle(heard, None)


def _reply(origin: Origin, heard: Heard, message: Message | None) -> Saying | None:
    if message is None:
        return None
    return Saying(
        key=f"answer:{heard.key}",
        channel=origin.channel,
        message=message,
        urgency=Urgency.ANSWER,
        only_for=origin.by.user,
        response_url=origin.response_url,
        thread_ts=origin.thread_ts,
    )


def _origin(heard: Heard) -> Origin | None:
    body = heard.payload
    user, place = (
        body.get("user_id") or _id(body.get("user")),
        body.get("channel_id") or _id(body.get("channel")),
    )
    if not isinstance(user, str) or not isinstance(place, str) or heard.kind is HeardKind.EVENT:
        return None
    return Origin(
        by=person(None, user), channel=channel(place), at=heard.at, response_url=body.get("response_url")
    )


def _of(locks: WeakValueDictionary[str, asyncio.Lock], heard: Heard) -> asyncio.Lock:
    """The lock of whoever spoke."""
    return locks.setdefault(_speaker(heard), asyncio.Lock())


def _kind(heard: Heard) -> Any:
    event = heard.payload.get("event")
    return event.get("type") if isinstance(event, dict) else None


def _id(found: Any) -> Any:
    return found.get("id") if isinstance(found, dict) else found


def _speaker(heard: Heard) -> str:
    body, event = heard.payload, heard.payload.get("event")
    said = event.get("user") if isinstance(event, dict) else None
    return str(body.get("user_id") or _id(body.get("user")) or said)


def _pointed(gesture: Gesture, heard: Heard) -> Pointed | None:
    """What somebody did to a message, if it is this gesture."""
    body = heard.payload
    if heard.kind is HeardKind.VIEW:
        if body["view"].get("callback_id") not in gesture.views:
            return None
        # Where it was opened is among what the form itself carried.
        user, place, url = body["user"], None, None
        team = user.get("team_id") or body.get("team", {}).get("id")
    elif heard.kind is HeardKind.ACTION:
        if body["actions"][0]["action_id"] not in gesture.actions:
            return None
        user, place = body["user"], body.get("channel", {}).get("id")
        team, url = user.get("team_id") or body.get("team", {}).get("id"), body.get("response_url")
    else:
        event = body["event"]
        if event["type"] not in gesture.events:
            return None
        user, place = {"id": event["user"]}, event["item"].get("channel")
        team, url = body.get("team_id"), None
    fields = gesture.read(body)
    if fields is None:
        return None
    told = {"channel": channel(place), "response_url": url, **fields}
    return Pointed(by=person(team, user.get("id")), at=heard.done_at, key=heard.key, **told)
