"""Whether the bot can be heard where the estate wants it to speak."""

from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackRefused
from bot.domain.value import ChannelId
from bot.slack import failure


async def mute(client: AsyncWebClient, channels: Mapping[str, ChannelId]) -> dict[str, str]:
    """Name the *channels* in which nobody will see the bot's words, and say what would help.

    Raises `SlackThrottled` and `SlackUnreachable`.
    """
    found = {name: await _hindrance(client, channel) for name, channel in channels.items()}
    return {name: why for name, why in found.items() if why}


async def _hindrance(client: AsyncWebClient, channel: ChannelId) -> str:
    try:
        async with failure.told("conversations.info"):
            said = (await client.conversations_info(channel=channel)).get("channel") or {}
    except SlackRefused as error:
        if error.code == "unknown_method":
            # Not every compatible server can be asked; the first message will tell.
            return ""
        return f"{channel}: {error.code}; correct the estate, or invite the bot there"
    if said.get("is_archived"):
        return f"{channel} is archived; name another channel in the estate"
    if said.get("is_ext_shared") or said.get("is_pending_ext_shared"):
        return f"{channel} is shared with another organisation, so nothing can be asked for there; name another channel in the estate"
    return "" if said.get("is_member") else f"the bot is not in {channel}; invite it there"
