"""Slack's limits, walked over a message: by slack_sdk's own models, by the playground and by hand."""

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain.message import Message
from bot.playground.limits import check_message
from bot.playground.refusal import Refusal

_TEXTS = {"section": 3000, "context": 3000, "button": 75}
_LENGTHS = {"block_id": 255, "action_id": 255, "value": 2000, "elements": 25}
_TOKEN = re.compile(r"<([@#!][^>]*)>")


def breaches(message: Message) -> list[str]:
    """Everything about *message* that Slack would not take; empty is good."""
    blocks = list(message.blocks)
    found = []
    if not message.text:
        found.append("no text")
    if len(blocks) > 50:
        found.append(f"{len(blocks)} blocks")
    if (size := len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))) >= 10_000:
        found.append(f"blocks of {size} characters")
    for block in blocks:
        parsed = Block.parse(block)
        if parsed is None:
            found.append(f"unknown block {block['type']}")
        else:
            parsed.to_dict()
        found += _walk(block)
    message.model_dump_json().encode()
    try:
        check_message(message.text, blocks, edited=True)
    except Refusal as refusal:
        found.append(f"{refusal.code} {refusal.details}")
    return found


def _walk(node: Any, kind: str = "") -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, kind)
    elif isinstance(node, dict) and node.get("type") in {"mrkdwn", "plain_text"}:
        yield from _text(node, kind)
    elif isinstance(node, dict):
        inner = str(node.get("type", kind))
        for key, most in _LENGTHS.items():
            if len(node.get(key, "")) > most:
                yield f"{key} of {len(node[key])}"
        for key, value in node.items():
            yield from _walk(value, "confirm" if key == "confirm" else inner)


def _text(node: dict[str, Any], kind: str) -> Iterator[str]:
    most = _TEXTS.get(kind, 300)
    if not 1 <= len(node["text"]) <= most:
        yield f"{kind} text of {len(node['text'])}"
    if node["type"] == "mrkdwn" and node.get("verbatim") is not True:
        yield f"{kind} text that is not verbatim"
    if node["text"].count("```") % 2:
        yield f"{kind} text with an open fence"


def tokens(message: Message) -> list[str]:
    """Every mention, channel, group and date token in *message*, without its brackets."""
    everything = message.text + json.dumps(list(message.blocks), ensure_ascii=False)
    return _TOKEN.findall(everything)


def shown(message: Message) -> str:
    """The message as somebody reads it, to be compared as text."""
    return "\n".join(part for block in message.blocks for part in _shown(block))


def _shown(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _shown(item)
    elif isinstance(node, dict):
        if node.get("type") == "button":
            yield f"[{node['text']['text']}]"
        elif isinstance(node.get("text"), str):
            yield node["text"]
        else:
            yield from _shown(node.get("text"))
            yield from _shown(node.get("elements"))
