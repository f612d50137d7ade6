import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

DEPLOYS = "C0DEPLOYS"


async def test_add_get_remove(playground: Playground, client: AsyncWebClient) -> None:
    """The bot's emoji stands beside other people's."""
    said = await client.chat_postMessage(channel=DEPLOYS, text="one")
    await playground.react("U0BEN", DEPLOYS, said["ts"], "eyes")
    await client.reactions_add(channel=DEPLOYS, timestamp=said["ts"], name="eyes")
    held = (await client.reactions_get(channel=DEPLOYS, timestamp=said["ts"]))["message"]["reactions"]
    assert held == [{"name": "eyes", "users": ["U0BEN", "U0INTERLOCK"], "count": 2}]
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel=DEPLOYS, timestamp=said["ts"], name="eyes")
    await client.reactions_remove(channel=DEPLOYS, timestamp=said["ts"], name="eyes")
    with pytest.raises(SlackApiError, match="no_reaction"):
        await client.reactions_remove(channel=DEPLOYS, timestamp=said["ts"], name="eyes")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.reactions_add(channel=DEPLOYS, timestamp="1.000001", name="eyes")
