"""What a workspace is made of: frozen values that are replaced, never changed."""

from enum import StrEnum
from typing import Any

from bot.domain.value import Value

Json = dict[str, Any]


class Member(Value):
    """A person or a bot."""

    id: str
    #: As people write it behind an `@`.
    name: str
    email: str = ""
    #: The workspace they belong to; empty means this one.
    team: str = ""
    bot: bool = False
    guest: bool = False
    deleted: bool = False


class Channel(Value):
    """A conversation; a direct one has an id that begins with `D` and no name."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    private: bool = False
    archived: bool = False
    #: With another organisation.
    shared: bool = False

    @property
    def direct(self) -> bool:
        """Whether it is between two people."""
        return self.id.startswith("D")


class UserGroup(Value):
    """Members that are addressed together."""

    id: str
    handle: str
    members: tuple[str, ...] = ()


class Seed(Value):
    """A workspace before anything has happened in it."""

    team: str
    #: The first part of the workspace's address.
    domain: str
    #: The app that the bot belongs to.
    app: str
    #: The bot's user, which is one of the members.
    bot: str
    #: The bot's own id, which is not its user's.
    bot_id: str
    members: tuple[Member, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...] = ()
    #: Slash commands of the app; empty means that every command is passed on.
    commands: tuple[str, ...] = ()
    #: Events that the app has subscribed to.
    events: tuple[str, ...] = ("app_mention", "reaction_added", "reaction_removed", "app_home_opened")


class Reaction(Value):
    """An emoji under a message, and who put it there."""

    name: str
    users: tuple[str, ...]


class File(Value):
    """An upload; its bytes are kept elsewhere."""

    id: str
    name: str
    title: str
    mimetype: str
    #: Bytes.
    size: int
    #: Seconds since 1970.
    created: int
    user: str
    #: How the workspace shows it: `diff`, `python` …
    snippet_type: str = ""
    alt_text: str = ""


class Message(Value):
    """Something that was said."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    #: The time stamp of the message it goes under.
    thread_ts: str | None = None
    #: Shown in the channel too, although it goes under another.
    broadcast: bool = False
    reactions: tuple[Reaction, ...] = ()
    #: When its text was edited, as a time stamp; layout can change without this mark.
    edited: str | None = None
    #: The one person who sees it.
    only_for: str | None = None
    files: tuple[File, ...] = ()
    metadata: Json | None = None


class View(Value):
    """A dialog, or somebody's Home tab."""

    id: str
    user: str
    #: As the app sent it.
    body: Json
    #: Changes with each update.
    hash: str
    root: str
    previous: str | None = None


class Happening(StrEnum):
    """What a change was."""

    POSTED = "posted"
    EDITED = "edited"
    DELETED = "deleted"
    REACTED = "reacted"
    UNREACTED = "unreacted"
    VIEW_OPENED = "view_opened"
    VIEW_UPDATED = "view_updated"
    VIEW_CLOSED = "view_closed"
    HOME = "home"


class Change(Value):
    """One thing that happened; changes are numbered from 1, also across restarts."""

    number: int
    what: Happening
    message: Message | None = None
    #: The message as it was, where one was edited, deleted or reacted to.
    before: Message | None = None
    #: Who reacted.
    user: str | None = None
    emoji: str | None = None
    view: View | None = None
