"""Slack's limits for messages and views, as pure functions that say what is wrong and where."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.playground import elements
from bot.playground.elements import Problem
from bot.playground.refusal import Refusal

#: Characters of a new message's text, and bytes of an edited one's.
MOST_TEXT = 40_000
MOST_EDITED = 4_000
#: Characters of all blocks of a message as JSON; Slack says neither the number nor how it counts.
MOST_CHARACTERS = 13_200
MOST_MARKDOWN = 12_000
MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_VIEW = 250 * 1024

#: Blocks whose insides are Slack's own business here.
_TAKEN_AS_THEY_ARE = frozenset(
    {
        "alert",
        "card",
        "carousel",
        "container",
        "context_actions",
        "data_table",
        "data_visualization",
        "divider",
        "file",
        "rich_text",
        "task_card",
        "video",
    }
)


def _section(block: dict[str, Any], where: str) -> Iterator[Problem]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield where, "missing required field: text"
    if block.get("text") is not None:
        yield from elements.text(block["text"], f"{where}/text", 3000)
    if fields is not None:
        yield from _some(fields, f"{where}/fields", 10)
        for index, field in enumerate(fields if isinstance(fields, list) else ()):
            yield from elements.text(field, f"{where}/fields/{index}", 2000)
    accessory = block.get("accessory")
    if isinstance(accessory, dict) and accessory.get("type") == "image":
        yield from elements.image(accessory, f"{where}/accessory")
    elif accessory is not None:
        yield from elements.interactive(accessory, f"{where}/accessory")


def _header(block: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from elements.text(block.get("text"), f"{where}/text", 150, plain=True)


def _context(block: dict[str, Any], where: str) -> Iterator[Problem]:
    held = block.get("elements")
    yield from _some(held, f"{where}/elements", 10)
    for index, element in enumerate(held if isinstance(held, list) else ()):
        place = f"{where}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from elements.image(element, place)
        else:
            yield from elements.text(element, place, 3000)


def _actions(block: dict[str, Any], where: str) -> Iterator[Problem]:
    held = block.get("elements")
    yield from _some(held, f"{where}/elements", 25)
    if isinstance(held, list):
        for index, element in enumerate(held):
            yield from elements.interactive(element, f"{where}/elements/{index}")
        ids = [each.get("action_id") for each in held if isinstance(each, dict)]
        for twice in _twice(ids):
            yield f"{where}/elements", f"`action_id` {twice} is not unique"


def _input(block: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from elements.text(block.get("label"), f"{where}/label", 2000, plain=True)
    yield from elements.interactive(block.get("element"), f"{where}/element")
    if block.get("hint") is not None:
        yield from elements.text(block["hint"], f"{where}/hint", 2000, plain=True)


def _markdown(block: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from elements.string(block.get("text"), f"{where}/text", MOST_MARKDOWN)


def _table(block: dict[str, Any], where: str) -> Iterator[Problem]:
    rows = block.get("rows")
    yield from _some(rows, f"{where}/rows", 100)
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        yield from _some(row, f"{where}/rows/{index}", 20)


def _plan(block: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from elements.string(block.get("title"), f"{where}/title", 3000)
    if block.get("tasks"):
        yield from _some(block["tasks"], f"{where}/tasks", 50)


def _some(node: Any, where: str, most: int) -> Iterator[Problem]:
    if not isinstance(node, list) or not node:
        yield where, "must have at least one item"
    elif len(node) > most:
        yield where, f"no more than {most} items allowed"


_SHAPES: Mapping[str, Callable[[dict[str, Any], str], Iterator[Problem]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": elements.image,
    "markdown": _markdown,
    "table": _table,
    "plan": _plan,
}


def problems(blocks: Sequence[Any], most: int, where: str, *, modal: bool) -> Iterator[Problem]:
    """Everything that Slack would not take in *blocks*; `alert` stands in modals only."""
    if len(blocks) > most:
        yield where, f"no more than {most} items allowed"
    for index, block in enumerate(blocks):
        place = f"{where}/{index}"
        kind = _kind(block)
        known = kind in _SHAPES or kind in _TAKEN_AS_THEY_ARE
        if not isinstance(block, dict) or not known or (kind == "alert" and not modal):
            yield place, f"unsupported type: {kind}"
            continue
        yield from elements.optional(block, "block_id", place, 255)
        if kind in _SHAPES:
            yield from _SHAPES[kind](block, place)
    blocks = [block for block in blocks if isinstance(block, dict)]
    for twice in _twice([block.get("block_id") for block in blocks]):
        yield where, f"`block_id` {twice} is not unique"
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield where, "only_one_table_allowed"
    if (
        sum(len(str(block.get("text"))) for block in blocks if block.get("type") == "markdown")
        > MOST_MARKDOWN
    ):
        yield where, f"all markdown together must be less than {MOST_MARKDOWN + 1} characters"


def _twice(ids: Sequence[Any]) -> list[str]:
    return [
        name for name, count in Counter(each for each in ids if isinstance(each, str)).items() if count > 1
    ]


def _refuse(code: str, found: Iterator[Problem]) -> None:
    details = [f"[ERROR] {what} [json-pointer:{where}]" for where, what in found]
    if details:
        raise Refusal(code=code, details=details)


def check_message(text: str, blocks: Any, *, edited: bool = False) -> None:
    """Raise `Refusal` where Slack would not take a message."""
    if not isinstance(blocks, list):
        raise Refusal(code="invalid_blocks_format")
    if not text.strip() and not blocks:
        raise Refusal(code="no_text")
    if len(text) > MOST_TEXT or (edited and len(text.encode(errors="replace")) > MOST_EDITED):
        raise Refusal(code="msg_too_long")
    _refuse("invalid_blocks", problems(blocks, MOST_BLOCKS, "/blocks", modal=False))
    if _size(blocks) > MOST_CHARACTERS:
        raise Refusal(code="msg_blocks_too_long")


def check_view(view: Any) -> None:
    """Raise `Refusal` where Slack would not take a modal or a Home tab."""
    if not isinstance(view, dict):
        raise Refusal(code="invalid_arguments", details=["[ERROR] must be an object [json-pointer:/view]"])
    if len(json.dumps(view, ensure_ascii=False).encode()) > MOST_VIEW:
        raise Refusal(code="view_too_large")
    _refuse("invalid_arguments", _view(view))


def _view(view: dict[str, Any]) -> Iterator[Problem]:
    modal = view.get("type") == "modal"
    if not modal and view.get("type") != "home":
        yield "/view/type", "must be modal or home"
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield "/view/blocks", "missing required field: blocks"
        blocks = []
    yield from problems(blocks, MOST_VIEW_BLOCKS, "/view/blocks", modal=modal)
    if modal:
        yield from elements.text(view.get("title"), "/view/title", 24, plain=True)
    for key in ("submit", "close"):
        if view.get(key) is not None:
            yield from elements.text(view[key], f"/view/{key}", 24, plain=True)
    if modal and not view.get("submit") and any(_kind(block) == "input" for block in blocks):
        yield "/view/submit", "missing required field: submit"
    yield from elements.optional(view, "private_metadata", "/view", 3000)
    yield from elements.optional(view, "callback_id", "/view", 255)
    yield from elements.optional(view, "external_id", "/view", 255)


def _kind(block: Any) -> str:
    return str(block.get("type")) if isinstance(block, dict) else ""


def _size(blocks: list[Any]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
