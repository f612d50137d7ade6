"""A message without layout, for when Slack refuses the layout; and a file's beginning, for when it refuses the file."""

from collections.abc import Iterator
from typing import Any

from bot.domain.message import Attachment, Message, Picture
from bot.render import text

#: Slack refuses an edit beyond 4,000 octets of text.
_MOST = 3_500
_MOST_EXCERPT = 2_500


def message(laid_out: Message) -> Message:
    """Say the same in text alone: buttons are gone, emoji and commands still count."""
    markup = "\n".join(part for block in laid_out.blocks for part in _texts(block))
    both = f"{laid_out.text}\n{markup}".strip()
    whole = both if len(both.encode("utf-8", "replace")) <= _MOST else laid_out.text
    note = "(Slack refused the layout of this message.)"
    return Message(text=f"{text.shorten_octets(whole, _MOST)}\n{note}", attachments=laid_out.attachments)


def excerpt(attachment: Attachment) -> Message:
    """Show the beginning of a file that could not be uploaded; of a picture, say what is on it."""
    name = text.code(attachment.name)
    shown = text.fence(text.shorten(attachment.content, _MOST_EXCERPT), _MOST_EXCERPT + 300)
    if isinstance(attachment, Picture):
        return Message(text=f"Slack did not take the picture {name}. It shows:\n{shown}")
    return Message(text=f"Slack did not take the file {name}. It begins:\n{shown}")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict) and node.get("type") != "actions":
        held = node.get("text")
        if isinstance(held, str):
            yield held
        else:
            for key in ("text", "elements", "fields"):
                yield from _texts(node.get(key))
