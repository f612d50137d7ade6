"""People, channels, messages and views, and the numbered changes that brought them about."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.playground.diary import Diary
from bot.playground.refusal import Refusal
from bot.playground.things import (
    Change,
    Channel,
    File,
    Happening,
    Json,
    Member,
    Message,
    Reaction,
    Seed,
    UserGroup,
    View,
)
from bot.ports import Clock


class Workspace:
    """All state there is; every change of it is kept, numbered and can be followed."""

    def __init__(self, seed: Seed, clock: Clock, diary: Diary) -> None:
        """Begin with *seed*, then do again what the *diary* says."""
        self.seed = seed
        self.members: dict[str, Member] = {member.id: member for member in seed.members}
        self.channels: dict[str, Channel] = {channel.id: channel for channel in seed.channels}
        self.groups: dict[str, UserGroup] = {group.id: group for group in seed.groups}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._changes: list[Change] = []
        self._clock = clock
        self._diary = diary
        self._last_ts = 0
        self._news = asyncio.Event()
        for kind, value in diary.entries():
            self._again(kind, value)

    def _again(self, kind: str, value: Any) -> None:
        if kind == "change":
            self._take(Change.model_validate(value))
        elif kind == "channel":
            channel = Channel.model_validate(value)
            self.channels[channel.id] = channel
        elif kind == "file":
            file = File.model_validate(value)
            self.files[file.id] = file

    # What happened.

    @property
    def number(self) -> int:
        """The number of the newest change, 0 before the first."""
        return len(self._changes)

    def since(self, number: int) -> Sequence[Change]:
        """Changes after the one with that *number*."""
        return self._changes[number:]

    async def follow(self, since: int) -> AsyncIterator[Change]:
        """Changes after number *since*, then each as it happens, for ever."""
        while True:
            news = self._news
            for change in self.since(since):
                since = change.number
                yield change
            await news.wait()

    def _happened(self, what: Happening, **facts: Any) -> None:
        change = Change(number=self.number + 1, what=what, **facts)
        self._diary.write("change", change.model_dump(mode="json", exclude={"before"}, exclude_defaults=True))
        self._take(change)
        self._news.set()
        self._news = asyncio.Event()

    def _take(self, change: Change) -> None:
        message, view = change.message, change.view
        if message:
            held = self._messages.setdefault(message.channel, {})
            change = change.model_copy(update={"before": held.get(message.ts)})
            if change.what is Happening.DELETED:
                held.pop(message.ts, None)
            else:
                held[message.ts] = message
            self._last_ts = max(self._last_ts, int(message.ts.replace(".", "")))
        if view and change.what is Happening.HOME:
            self.homes[view.user] = view
        elif view and change.what is Happening.VIEW_CLOSED:
            self.views.pop(view.id, None)
        elif view:
            self.views[view.id] = view
        self._changes.append(change)

    # Ids and times.

    def stamp(self) -> str:
        """A time stamp that is later than every one before it."""
        self._last_ts = max(int(self._clock.now().timestamp() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self._clock.now().timestamp())

    @staticmethod
    def new_id(letter: str) -> str:
        """An id that nobody has."""
        return f"{letter}{uuid.uuid4().hex[:10].upper()}"

    # Looking.

    def member(self, user: str) -> Member:
        """Who that is; raises `Refusal`."""
        if user not in self.members:
            raise Refusal(code="user_not_found")
        return self.members[user]

    def channel(self, name: str) -> Channel:
        """The channel of that id or name; raises `Refusal`."""
        if name in self.channels:
            return self.channels[name]
        for channel in self.channels.values():
            if channel.name and channel.name == name.lstrip("#"):
                return channel
        raise Refusal(code="channel_not_found")

    def message(self, channel: str, ts: str) -> Message | None:
        """The message there, private ones too."""
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str) -> Iterator[Message]:
        """All messages of a channel, oldest first."""
        # They were put in by rising time stamps, and edits keep their place.
        return iter(tuple(self._messages.get(channel, {}).values()))

    def replies(self, message: Message) -> list[Message]:
        """What everybody can see under *message*, oldest first."""
        return [
            each
            for each in self.messages(message.channel)
            if each.thread_ts == message.ts and each.ts != message.ts and not each.only_for
        ]

    # Changing.

    def post(self, message: Message) -> Message:
        """Say something, to all or to one."""
        self._happened(Happening.POSTED, message=message)
        return message

    def edit(self, message: Message) -> None:
        """Put *message* in the place of the one with its time stamp."""
        self._happened(Happening.EDITED, message=message)

    def delete(self, message: Message) -> None:
        """Take it away."""
        self._happened(Happening.DELETED, message=message)

    def react(self, message: Message, user: str, emoji: str) -> None:
        """Put an emoji under it; raises `Refusal`."""
        held = {each.name: each.users for each in message.reactions}
        if user in held.get(emoji, ()):
            raise Refusal(code="already_reacted")
        held[emoji] = (*held.get(emoji, ()), user)
        self._reacted(Happening.REACTED, message, held, user, emoji)

    def unreact(self, message: Message, user: str, emoji: str) -> None:
        """Take an emoji away; raises `Refusal`."""
        held = {each.name: each.users for each in message.reactions}
        if user not in held.get(emoji, ()):
            raise Refusal(code="no_reaction")
        held[emoji] = tuple(each for each in held[emoji] if each != user)
        self._reacted(Happening.UNREACTED, message, held, user, emoji)

    def _reacted(
        self, what: Happening, message: Message, held: dict[str, tuple[str, ...]], user: str, emoji: str
    ) -> None:
        reactions = tuple(Reaction(name=name, users=users) for name, users in held.items() if users)
        self._happened(
            what, message=message.model_copy(update={"reactions": reactions}), user=user, emoji=emoji
        )

    def keep_channel(self, channel: Channel) -> Channel:
        """Make it, or put it in the place of the one with its id."""
        self.channels[channel.id] = channel
        self._diary.write("channel", channel.model_dump(mode="json"))
        return channel

    def direct(self, user: str) -> Channel:
        """The conversation between the bot and *user*, made where it is missing."""
        name = f"D{user[1:]}"
        if name in self.channels:
            return self.channels[name]
        return self.keep_channel(Channel(id=name, name="", members=(self.seed.bot, user)))

    def keep_file(self, file: File) -> File:
        """Know of an upload."""
        self.files[file.id] = file
        self._diary.write("file", file.model_dump(mode="json"))
        return file

    def content(self, file: str) -> bytes | None:
        """The bytes of a file, `None` while they have not arrived."""
        return self._diary.get(file)

    def place(self, file: str) -> Path | None:
        """Where a file's bytes lie, for programs that can show them; `None` where they lie nowhere."""
        return self._diary.place(file)

    def receive(self, file: str, content: bytes) -> None:
        """Take the bytes of a file."""
        self._diary.put(file, content)

    def show(self, what: Happening, view: View) -> View:
        """Open, update, close or publish a view."""
        self._happened(what, view=view)
        return view

    def bot(self) -> Json:
        """How the bot is named in what it says."""
        seed = self.seed
        return {"user": seed.bot, "bot_id": seed.bot_id, "app_id": seed.app}
