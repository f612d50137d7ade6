from bot.clock import SystemClock
from bot.playground import payloads
from bot.playground.diary import Diary
from bot.playground.seed import demo_seed
from bot.playground.things import Message, View
from bot.playground.workspace import Workspace

BUTTON = {
    "type": "button",
    "action_id": "go",
    "text": {"type": "plain_text", "text": "Go"},
    "value": "1",
    "confirm": {},
}
BLOCK = {"type": "actions", "block_id": "b", "elements": [BUTTON]}


def test_private_message_is_left_out_of_a_click() -> None:
    """Slack does not send what only one person saw; the container says that it was private."""
    workspace = Workspace(demo_seed(), SystemClock(), Diary(None))
    said = Message(channel="C0DEPLOYS", ts="1.000001", user="U0INTERLOCK", blocks=(BLOCK,), thread_ts="1.0")
    member = workspace.member("U0SAM")
    found = payloads.element(said, "go")
    assert found
    public = payloads.click(workspace, member, said, found, url="u", trigger="t")
    private = payloads.click(
        workspace, member, said.model_copy(update={"only_for": "U0SAM"}), found, url="u", trigger="t"
    )
    assert public["message"]["ts"] == "1.000001"
    assert "message" not in private
    assert private["container"]["is_ephemeral"]
    assert public["container"]["thread_ts"] == "1.0"
    assert public["user"]["team_id"] == "T0OTHER"
    assert set(public["actions"][0]) == {"action_id", "block_id", "text", "value", "type", "action_ts"}


def test_values_by_either_id() -> None:
    """A text by its action id, a choice by its block id; what was not filled in is empty."""
    options = [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}]
    fields = (("a", "plain_text_input"), ("b", "static_select"), ("c", "plain_text_input"))
    blocks = [
        {
            "type": "input",
            "block_id": f"block-{name}",
            "element": {"type": kind, "action_id": name, "options": options},
        }
        for name, kind in fields
    ]
    view = View(id="V1", user="U0ANA", body={"blocks": [{"type": "divider"}, *blocks]}, hash="h", root="V1")
    assert payloads.values(view, {"a": "text", "block-b": "1"}) == {
        "block-a": {"a": {"type": "plain_text_input", "value": "text"}},
        "block-b": {"b": {"type": "static_select", "selected_option": options[0]}},
        "block-c": {"c": {"type": "plain_text_input", "value": None}},
    }
