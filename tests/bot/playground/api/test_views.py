from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

ANA = "U0ANA"
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Sure?"},
    "blocks": [{"type": "divider"}],
}
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_a_trigger_opens_one_dialog(playground: Playground, client: AsyncWebClient) -> None:
    """Once, and only one that somebody gave; a view that is refused does not use it up."""
    trigger = playground.triggers.give(ANA)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_open(trigger_id=trigger, view=MODAL | {"blocks": [{"type": "x"}]})
    opened = await client.views_open(trigger_id=trigger, view=MODAL)
    assert playground.workspace.views[opened["view"]["id"]].user == ANA
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=MODAL)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.3", view=MODAL)


async def test_stack_of_three(playground: Playground, client: AsyncWebClient) -> None:
    """A fourth dialog is one too many."""
    give = playground.triggers.give
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_push(trigger_id=give(ANA), view=MODAL)
    first = await client.views_open(trigger_id=give(ANA), view=MODAL)
    second = await client.views_push(trigger_id=give(ANA), view=MODAL)
    assert second["view"]["previous_view_id"] == second["view"]["root_view_id"] == first["view"]["id"]
    await client.views_push(trigger_id=give(ANA), view=MODAL)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=give(ANA), view=MODAL)


async def test_update_by_either_id(playground: Playground, client: AsyncWebClient) -> None:
    """An old hash is refused; an external id is unique."""
    view = MODAL | {"external_id": "mine"}
    opened = (await client.views_open(trigger_id=playground.triggers.give(ANA), view=view))["view"]
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await client.views_open(trigger_id=playground.triggers.give(ANA), view=view)
    await client.views_update(external_id="mine", view=view)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
    await client.views_update(view_id=opened["id"], view=view)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0", view=view)


async def test_home(playground: Playground, client: AsyncWebClient) -> None:
    """Publishing again keeps the id; a dialog is no Home tab."""
    first = (await client.views_publish(user_id=ANA, view=HOME))["view"]
    again = (await client.views_publish(user_id=ANA, view=HOME))["view"]
    assert first["id"] == again["id"] == playground.workspace.homes[ANA].id
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=ANA, view=HOME, hash=first["hash"])
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_publish(user_id=ANA, view=MODAL)
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.views_publish(user_id="U0NOBODY", view=HOME)
