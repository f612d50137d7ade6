"""Slack's limits for what stands inside a block."""

from collections.abc import Iterator
from typing import Any

#: A place in a payload as a JSON pointer, and what is wrong there.
Problem = tuple[str, str]

INTERACTIVE = frozenset(
    {
        "button",
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "external_select",
        "feedback_buttons",
        "file_input",
        "icon_button",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "static_select",
        "timepicker",
        "url_text_input",
        "users_select",
        "workflow_button",
    }
)
#: The fewest and the most options of an element.
_OPTIONS = {
    "checkboxes": (1, 10),
    "radio_buttons": (1, 10),
    "overflow": (2, 5),
    "static_select": (1, 100),
    "multi_static_select": (1, 100),
}
_MARKUP = ("mrkdwn", "plain_text")


def string(node: Any, where: str, most: int, *, least: int = 1) -> Iterator[Problem]:
    """A string of so many characters."""
    if not isinstance(node, str):
        yield where, "must be a string"
    elif len(node) > most:
        yield where, f"must be less than {most + 1} characters"
    elif len(node) < least:
        yield where, f"must be more than {least - 1} characters"


def optional(node: dict[str, Any], key: str, where: str, most: int) -> Iterator[Problem]:
    """A string that may be missing."""
    if node.get(key) is not None:
        yield from string(node[key], f"{where}/{key}", most, least=0)


def text(node: Any, where: str, most: int, *, plain: bool = False) -> Iterator[Problem]:
    """A text object of so many characters."""
    if not isinstance(node, dict):
        yield where, "must be a text object"
        return
    if node.get("type") not in (_MARKUP[1:] if plain else _MARKUP):
        yield f"{where}/type", "unsupported type of text"
    unknown = set(node) - {"type", "text", "emoji", "verbatim"}
    if unknown:
        yield where, f"additional property: {min(unknown)}"
    yield from string(node.get("text"), f"{where}/text", most)


def image(node: dict[str, Any], where: str) -> Iterator[Problem]:
    """A picture, as a block or inside one."""
    if "slack_file" not in node:
        yield from string(node.get("image_url"), f"{where}/image_url", 3000)
    yield from string(node.get("alt_text"), f"{where}/alt_text", 2000)


def confirm(node: Any, where: str) -> Iterator[Problem]:
    """The dialog that asks again."""
    if not isinstance(node, dict):
        yield where, "must be an object"
        return
    yield from text(node.get("title"), f"{where}/title", 100, plain=True)
    yield from text(node.get("text"), f"{where}/text", 300)
    yield from text(node.get("confirm"), f"{where}/confirm", 30, plain=True)
    yield from text(node.get("deny"), f"{where}/deny", 30, plain=True)
    yield from _style(node, where)


def _style(node: dict[str, Any], where: str) -> Iterator[Problem]:
    if node.get("style") not in (None, "primary", "danger"):
        yield f"{where}/style", "must be primary or danger"


def _button(node: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from text(node.get("text"), f"{where}/text", 75, plain=True)
    yield from optional(node, "value", where, 2000)
    yield from optional(node, "url", where, 3000)
    yield from optional(node, "accessibility_label", where, 75)
    yield from _style(node, where)


def _options(node: dict[str, Any], where: str, least: int, most: int) -> Iterator[Problem]:
    options = node.get("options")
    if options is None and "option_groups" in node:
        return
    if not isinstance(options, list) or not least <= len(options) <= most:
        yield f"{where}/options", f"must have between {least} and {most} items"
        return
    for index, option in enumerate(options):
        place = f"{where}/options/{index}"
        if not isinstance(option, dict):
            yield place, "must be an object"
            continue
        yield from text(option.get("text"), f"{place}/text", 75)
        yield from string(option.get("value", ""), f"{place}/value", 150, least=0)


def interactive(node: Any, where: str) -> Iterator[Problem]:
    """A button, a menu or a field."""
    kind = node.get("type") if isinstance(node, dict) else None
    if not isinstance(node, dict) or kind not in INTERACTIVE:
        yield where, f"unsupported type: {kind}"
        return
    yield from optional(node, "action_id", where, 255)
    if kind == "button":
        yield from _button(node, where)
    if kind in _OPTIONS:
        yield from _options(node, where, *_OPTIONS[kind])
    if node.get("placeholder") is not None:
        yield from text(node["placeholder"], f"{where}/placeholder", 150, plain=True)
    if node.get("confirm") is not None:
        yield from confirm(node["confirm"], f"{where}/confirm")
