"""Channels in which nobody would hear the bot, over the real wire."""

from bot.domain.value import ChannelId
from bot.playground.seed import demo_seed
from bot.playground.server import Playground
from bot.slack import channels, client


async def test_mute_channels_are_named() -> None:
    """Where the bot is a member all is well; elsewhere it is said what would help."""
    async with (
        Playground(demo_seed()) as playground,
        client.connected(playground.keys.bot, playground.url) as slack,
    ):
        wanted = {
            "deploys": ChannelId("C0DEPLOYS"),
            "random": ChannelId("C0RANDOM"),
            "nowhere": ChannelId("C0NOWHERE"),
            "partners": ChannelId("C0PARTNERS"),
        }
        found = await channels.mute(slack, wanted)
    assert set(found) == {"random", "nowhere", "partners"}
    assert "shared with another organisation" in found["partners"]
    assert "invite it there" in found["random"]
    assert "channel_not_found" in found["nowhere"]
