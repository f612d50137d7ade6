"""Slack's blocks, and the limits that a whole message keeps."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.message import Attachment, Message
from bot.render import text as words

Block = dict[str, Any]

#: Slack's own limit for the blocks of a message.
MOST_BLOCKS = 50
#: Characters of all blocks as JSON. Slack refuses at about 13,200 and does not say how it counts.
MOST_CHARACTERS = 9_900
#: Octets of the text for notifications and screen readers; Slack refuses an edit beyond 4,000.
MOST_TEXT = 3_000
#: Characters in one section or context element.
MOST_SECTION = 3_000

_MENTION = re.compile(r"<@([A-Z0-9]+)>")


def section(markup: str) -> Block:
    """A paragraph; *markup* is already escaped."""
    return {"type": "section", "text": _mrkdwn(markup)}


def sections(lines: Iterable[str]) -> list[Block]:
    """*lines* in as few paragraphs as they fit into; they are already escaped, and none is too long for one."""
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + len(line) < MOST_SECTION:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return [section(markup) for markup in packed]


def context(markup: str) -> Block:
    """Small print; *markup* is already escaped."""
    return {"type": "context", "elements": [_mrkdwn(markup)]}


def actions(block_id: str, *buttons: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def button(
    label: str, action_id: str, value: str, style: str | None = None, confirm: Block | None = None
) -> Block:
    """A button; *style* is `primary` or `danger`."""
    plain: Block = {"type": "button", "text": _plain(label), "action_id": action_id, "value": value}
    return plain | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def confirm(title: str, question: str, yes: str, no: str) -> Block:
    """The dialog that asks again before a dangerous click counts."""
    texts = {"title": _plain(title), "text": _plain(question), "confirm": _plain(yes), "deny": _plain(no)}
    return {**texts, "style": "danger"}


def field(block_id: str, action_id: str, label: str, hint: str, *, most: int) -> Block:
    """A line that somebody fills in, of at most so many characters."""
    line = {"type": "plain_text_input", "action_id": action_id, "max_length": most}
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "hint": _plain(hint),
        "element": line,
    }


def size(blocks: Sequence[Block]) -> int:
    """Characters of *blocks* as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def compose(
    text: str,
    blocks: Iterable[Block],
    *,
    last: Sequence[Block] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    """A message within Slack's limits, which mentions nobody twice.

    Blocks that find no room are left out from the end, and a line says so; *last* always stays.
    """
    kept = list(blocks)
    whole = [*kept, *last]
    left_out = 0
    while kept and (len(whole) > MOST_BLOCKS or size(whole) > MOST_CHARACTERS):
        kept.pop()
        left_out += 1
        note = context(f"… {words.plural(left_out, 'more part')} of this message found no room.")
        whole = [*kept, note, *last]
    return Message(
        text=words.shorten_octets(text, MOST_TEXT), blocks=tuple(_each_once(whole)), attachments=attachments
    )


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(markup: str) -> Block:
    # verbatim: Slack must not make links out of addresses and names that other people wrote.
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _each_once(blocks: Iterable[Block]) -> list[Block]:
    """Blocks in which a person's second mention is only the person's id."""
    seen: set[str] = set()

    def first_only(match: re.Match[str]) -> str:
        if match[1] in seen:
            return match[1]
        seen.add(match[1])
        return match[0]

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            markup = node.get("type") == "mrkdwn"
            return {
                key: _MENTION.sub(first_only, value) if markup and key == "text" else walk(value)
                for key, value in node.items()
            }
        return [walk(item) for item in node] if isinstance(node, list) else node

    return [walk(block) for block in blocks]
