"""What people see of a message."""

from bot.domain.message import Message
from tests.fakes.limits import breaches


def words(message: Message) -> str:
    """All that can be read, without the tokens of dates; the message keeps Slack's limits."""
    assert not breaches(message)
    parts = []
    for block in message.blocks:
        if block["type"] == "section":
            parts.append(block["text"]["text"])
        parts += [element["text"] for element in block.get("elements", ()) if block["type"] == "context"]
    return "\n".join(parts)


def buttons(message: Message) -> dict[str, str]:
    """What can be pressed, by action id, and what it carries."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"]: element["value"] for row in rows for element in row}
