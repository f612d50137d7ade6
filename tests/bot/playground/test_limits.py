import json
from typing import Any

import pytest

from bot.playground import limits
from bot.playground.refusal import Refusal


def mrkdwn(length: int) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": "x" * length}


def plain(length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": "x" * length}


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(length)}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(75), "action_id": "a", "value": "v"} | changes


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def rows(high: int, wide: int) -> list[Any]:
    return [[{"type": "raw_text", "text": "x"}] * wide] * high


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
CONFIRM = {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)}
FINE = [
    pytest.param([section(3000)], id="longest section"),
    pytest.param([{"type": "section", "fields": [mrkdwn(400)] * 10}], id="most fields"),
    pytest.param([{"type": "header", "text": plain(150)}], id="longest header"),
    pytest.param([{"type": "context", "elements": [mrkdwn(10)] * 9 + [IMAGE]}], id="most context"),
    pytest.param([actions(*(button(action_id=f"a{n}") for n in range(25)))], id="most buttons"),
    pytest.param([actions(button(value="v" * 2000, confirm=CONFIRM))], id="longest value"),
    pytest.param([actions(button()), actions(button())], id="one action in two blocks"),
    pytest.param([{"type": "divider"}] * 50, id="most blocks"),
    pytest.param([{"type": "markdown", "text": "x" * 12_000}], id="longest markdown"),
    pytest.param([{"type": "table", "rows": rows(100, 2)}], id="highest table"),
    pytest.param([{"type": "section", "text": plain(1), "accessory": IMAGE}], id="picture beside"),
    pytest.param([{"type": "plan", "title": "x", "tasks": [{"type": "task_card"}]}], id="plan"),
    pytest.param([{"type": "data_visualization"}], id="a block without a model"),
]
BROKEN = [
    pytest.param([section(3001)], "invalid_blocks", id="section too long"),
    pytest.param([section(0)], "invalid_blocks", id="empty section"),
    pytest.param([{"type": "section"}], "invalid_blocks", id="section without text"),
    pytest.param([{"type": "section", "fields": [mrkdwn(1)] * 11}], "invalid_blocks", id="11 fields"),
    pytest.param([{"type": "section", "fields": [mrkdwn(2001)]}], "invalid_blocks", id="field too long"),
    pytest.param([{"type": "header", "text": plain(151)}], "invalid_blocks", id="header too long"),
    pytest.param([{"type": "header", "text": mrkdwn(1)}], "invalid_blocks", id="header with markup"),
    pytest.param([{"type": "context", "elements": [mrkdwn(1)] * 11}], "invalid_blocks", id="11 elements"),
    pytest.param([{"type": "context", "elements": []}], "invalid_blocks", id="empty context"),
    pytest.param([actions(*[button()] * 26)], "invalid_blocks", id="26 buttons"),
    pytest.param([actions(button(), button())], "invalid_blocks", id="one action twice in a block"),
    pytest.param([actions(button(text=plain(76)))], "invalid_blocks", id="button text too long"),
    pytest.param([actions(button(value="v" * 2001))], "invalid_blocks", id="value too long"),
    pytest.param([actions(button(url="u" * 3001))], "invalid_blocks", id="address too long"),
    pytest.param([actions(button(style="loud"))], "invalid_blocks", id="unknown style"),
    pytest.param([actions(button(action_id="a" * 256))], "invalid_blocks", id="action id too long"),
    pytest.param([actions(button(confirm={}))], "invalid_blocks", id="empty question"),
    pytest.param([actions({"type": "knob"})], "invalid_blocks", id="unknown element"),
    pytest.param([section(1) | {"block_id": "b" * 256}], "invalid_blocks", id="block id too long"),
    pytest.param([section(1) | {"block_id": "b"}] * 2, "invalid_blocks", id="block id twice"),
    pytest.param([{"type": "divider"}] * 51, "invalid_blocks", id="51 blocks"),
    pytest.param([{"type": "hologram"}], "invalid_blocks", id="unknown block"),
    pytest.param([{"type": "alert"}], "invalid_blocks", id="alert outside a dialog"),
    pytest.param(["text"], "invalid_blocks", id="no object"),
    pytest.param([{"type": "image", "image_url": "u"}], "invalid_blocks", id="picture without words"),
    pytest.param([{"type": "markdown", "text": "x" * 6001}] * 2, "invalid_blocks", id="markdown sum"),
    pytest.param([{"type": "table", "rows": rows(101, 2)}], "invalid_blocks", id="table too high"),
    pytest.param([{"type": "table", "rows": rows(1, 21)}], "invalid_blocks", id="table too wide"),
    pytest.param([{"type": "table", "rows": rows(1, 1)}] * 2, "invalid_blocks", id="two tables"),
    pytest.param([section(2700)] * 5, "msg_blocks_too_long", id="all blocks together too long"),
    pytest.param({"type": "divider"}, "invalid_blocks_format", id="no list"),
]


@pytest.mark.parametrize("blocks", FINE)
def test_what_slack_takes(blocks: list[Any]) -> None:
    """The last length that is allowed is allowed."""
    limits.check_message("text", blocks)


@pytest.mark.parametrize(("blocks", "code"), BROKEN)
def test_what_slack_refuses(blocks: Any, code: str) -> None:
    """One more than allowed is refused with Slack's code."""
    with pytest.raises(Refusal) as raised:
        limits.check_message("text", blocks)
    assert raised.value.code == code


def test_a_refusal_says_where() -> None:
    """The place is a JSON pointer, as Slack gives it."""
    with pytest.raises(Refusal) as raised:
        limits.check_message("text", [{"type": "divider"}, section(3001)])
    assert raised.value.details == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    ]


@pytest.mark.parametrize(
    ("text", "edited", "code"),
    [
        pytest.param("x" * 40_000, False, None, id="longest message"),
        pytest.param("x" * 40_001, False, "msg_too_long", id="message too long"),
        pytest.param("x" * 4000, True, None, id="longest edit"),
        pytest.param("x" * 4001, True, "msg_too_long", id="edit too long"),
        pytest.param("é" * 2001, True, "msg_too_long", id="an edit is counted in bytes"),
        pytest.param(" \n", False, "no_text", id="nothing said"),
    ],
)
def test_text(text: str, code: str | None, *, edited: bool) -> None:
    """Messages are counted in characters, edits in bytes."""
    if code is None:
        limits.check_message(text, [], edited=edited)
        return
    with pytest.raises(Refusal) as raised:
        limits.check_message(text, [], edited=edited)
    assert raised.value.code == code


def modal(**changes: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(24), "submit": plain(24), "blocks": [section(1)]} | changes


INPUT = {"type": "input", "label": plain(1), "element": {"type": "plain_text_input"}}


@pytest.mark.parametrize(
    ("view", "code"),
    [
        pytest.param(modal(), None, id="fine"),
        pytest.param({"type": "home", "blocks": [{"type": "divider"}] * 100}, None, id="full home"),
        pytest.param(modal(blocks=[{"type": "alert"}]), None, id="alert in a dialog"),
        pytest.param(modal(blocks=[INPUT]), None, id="field"),
        pytest.param(modal(blocks=[INPUT], submit=None), "invalid_arguments", id="field without submit"),
        pytest.param(modal(title=plain(25)), "invalid_arguments", id="title too long"),
        pytest.param(modal(submit=plain(25)), "invalid_arguments", id="submit too long"),
        pytest.param(modal(close=plain(25)), "invalid_arguments", id="close too long"),
        pytest.param(modal(private_metadata="x" * 3001), "invalid_arguments", id="metadata too long"),
        pytest.param(modal(callback_id="x" * 256), "invalid_arguments", id="callback id too long"),
        pytest.param(modal(blocks=[{"type": "divider"}] * 101), "invalid_arguments", id="101 blocks"),
        pytest.param(modal(blocks=None), "invalid_arguments", id="no blocks"),
        pytest.param(modal(type="page"), "invalid_arguments", id="unknown type"),
        pytest.param(modal(blocks=[section(2900)] * 99), "view_too_large", id="too large"),
        pytest.param("modal", "invalid_arguments", id="no object"),
    ],
)
def test_views(view: Any, code: str | None) -> None:
    """A view is counted as a whole, in bytes, and by its parts."""
    if code is None:
        limits.check_view(view)
        return
    with pytest.raises(Refusal) as raised:
        limits.check_view(view)
    assert raised.value.code == code


def test_too_large_is_more_than_250_kilobytes() -> None:
    """The view of the case above is too large and otherwise fine."""
    assert len(json.dumps(modal(blocks=[section(2900)] * 99))) > limits.MOST_VIEW
