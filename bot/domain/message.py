"""What the bot says: rendered, addressed, and not yet sent."""

from enum import IntEnum
from typing import Any

from pydantic import ConfigDict

from bot.domain.value import ChannelId, RunId, UserId, Value


class Attachment(Value):
    """A file that goes into a thread."""

    #: With its ending: `plan-42.diff`.
    name: str
    title: str
    content: str


class Picture(Attachment):
    """A PNG that goes into a thread; its content is what it shows, in words, for those who cannot see it.

    At most `MOST_ALTERNATIVE` characters of them.
    """

    # Rows are JSON, which has no bytes.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    png: bytes


#: Characters of a picture's alternative text that Slack takes.
MOST_ALTERNATIVE = 1_000


class Message(Value):
    """Text for notifications and screen readers, and blocks for everybody else."""

    text: str
    blocks: tuple[dict[str, Any], ...] = ()
    attachments: tuple[Picture | Attachment, ...] = ()


class Dialog(Value):
    """A form that one person fills in."""

    #: By which what is sent off is known again.
    name: str
    #: At most 24 characters.
    title: str
    #: What stands on the button that sends it off.
    submit: str
    blocks: tuple[dict[str, Any], ...]
    #: Comes back with what was filled in; nobody sees it.
    carried: str = ""


class Urgency(IntEnum):
    """What goes out first when Slack lets only some out; lower is earlier."""

    ALERT = 0
    ANSWER = 1
    DECISION = 2
    PROGRESS = 3


class Saying(Value):
    """A message and where it belongs. Saying the same key again edits it."""

    #: `run:42:status`; unique for ever.
    key: str
    channel: ChannelId
    message: Message
    urgency: Urgency
    run: RunId | None = None
    #: The key of the message under which it goes, `None` for the channel itself.
    under: str | None = None
    #: Show a thread's message in the channel too.
    broadcast: bool = False
    #: Only this person sees it; it cannot be edited.
    only_for: UserId | None = None
    #: Slack's one-off address for a private answer, tried first.
    response_url: str | None = None
    #: A thread's time stamp where the words came from a thread that is not ours.
    thread_ts: str | None = None
