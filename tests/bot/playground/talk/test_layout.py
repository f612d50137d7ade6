from typing import Any

import pytest

from bot.clock import SystemClock
from bot.playground.diary import Diary
from bot.playground.seed import demo_seed
from bot.playground.talk import layout
from bot.playground.things import File, Message
from bot.playground.workspace import Workspace

WORKSPACE = Workspace(demo_seed(), SystemClock(), Diary(None))


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


BUTTON = {"type": "button", "text": plain(":x: Reject"), "action_id": "reject"}


@pytest.mark.parametrize(
    ("block", "seen"),
    [
        pytest.param(
            {"type": "section", "text": mrkdwn("*a*"), "fields": [mrkdwn("b"), plain("*c*")]},
            "a\nb\n*c*",
            id="section",
        ),
        pytest.param(
            {"type": "section", "text": mrkdwn("a"), "accessory": BUTTON}, "a  [❌ Reject]", id="accessory"
        ),
        pytest.param({"type": "header", "text": plain("Head :tada:")}, "Head 🎉", id="header"),
        pytest.param(
            {"type": "context", "elements": [mrkdwn("a"), {"type": "image", "alt_text": "b"}]},
            "a  [image: b]",
            id="context",
        ),
        pytest.param(
            {
                "type": "actions",
                "elements": [BUTTON, {"type": "static_select", "placeholder": plain("Pick")}],
            },
            "[❌ Reject] [Pick ▾]",
            id="actions",
        ),
        pytest.param(
            {"type": "image", "title": plain("Chart"), "alt_text": "errors rise"},
            "[image: Chart - errors rise]",
            id="image",
        ),
        pytest.param({"type": "divider"}, "─" * 24, id="divider"),
        pytest.param({"type": "markdown", "text": "**a**"}, "a", id="markdown"),
        pytest.param(
            {
                "type": "table",
                "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]],
            },
            "a │ b",
            id="table",
        ),
        pytest.param(
            {"type": "plan", "title": "Run", "tasks": [{"title": "apply", "status": "complete"}]},
            "Run\n✔ apply",
            id="plan",
        ),
        pytest.param(
            {
                "type": "input",
                "label": plain("Name"),
                "hint": plain("as it is"),
                "element": {"type": "plain_text_input", "action_id": "n"},
            },
            "Name: ________ as it is (n)",
            id="input",
        ),
        pytest.param(
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "a "}, {"type": "user", "user_id": "U0ANA"}],
                    },
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "emoji", "name": "x"}]}
                        ],
                    },
                    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "+ b"}]},
                ],
            },
            "a @ana\n• ❌\n+ b",
            id="rich text",
        ),
        pytest.param(
            {"type": "card", "title": plain("Some"), "body": {"text": mrkdwn("thing")}},
            "Some",
            id="a block without a shape",
        ),
    ],
)
def test_blocks(block: dict[str, Any], seen: str) -> None:
    """Each kind of block reads like what it shows."""
    assert layout.blocks([block], WORKSPACE).plain.startswith(seen)


def test_words_are_on_one_line() -> None:
    """A wait finds text, blocks and files, however they are broken into lines."""
    file = File(id="F1", name="plan.diff", title="The plan", mimetype="", size=1, created=1, user="")
    message = Message(
        channel="C0DEPLOYS",
        ts="1.0",
        user="U0INTERLOCK",
        text="the  notification",
        blocks=({"type": "section", "text": mrkdwn("*Bake:*\nPASS")},),
        files=(file,),
    )
    assert layout.words(message, WORKSPACE) == "the notification Bake: PASS The plan plan.diff"


def test_buttons_by_what_stands_on_them() -> None:
    """Pictures and all; menus are no buttons."""
    blocks = (
        {"type": "actions", "elements": [BUTTON, {"type": "static_select"}]},
        {"type": "section", "text": mrkdwn("a"), "accessory": BUTTON},
    )
    message = Message(channel="C0DEPLOYS", ts="1.0", user="U0INTERLOCK", blocks=blocks)
    assert [label for label, _ in layout.buttons(message)] == ["❌ Reject", "❌ Reject"]
