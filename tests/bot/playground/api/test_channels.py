import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


async def test_list_and_info(client: AsyncWebClient) -> None:
    """Public channels are seen, also those that the bot is not in."""
    listed = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    assert {each["name"]: each["is_member"] for each in listed} == {
        "deploys": True,
        "incidents": True,
        "random": False,
        "partners": True,
    }
    shared = {each["name"] for each in listed if each["is_ext_shared"]}
    assert shared == {"partners"}
    assert (await client.conversations_info(channel="C0RANDOM"))["channel"]["name"] == "random"
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.conversations_info(channel="C0NOWHERE")


async def test_a_channel_for_an_incident(client: AsyncWebClient) -> None:
    """Made, filled with people, written to."""
    made = (await client.conversations_create(name="incident-42", is_private=True))["channel"]
    await client.conversations_invite(channel=made["id"], users=["U0ANA", "U0BEN"])
    members = (await client.conversations_members(channel=made["id"]))["members"]
    assert members == ["U0INTERLOCK", "U0ANA", "U0BEN"]
    await client.chat_postMessage(channel=made["id"], text="What happened")
    for call, code in (
        (client.conversations_create(name="incident-42"), "name_taken"),
        (client.conversations_create(name="Incident 42"), "invalid_name_specials"),
        (client.conversations_invite(channel=made["id"], users="U0ANA"), "already_in_channel"),
    ):
        with pytest.raises(SlackApiError) as raised:
            await call
        assert raised.value.response["error"] == code


async def test_join(client: AsyncWebClient) -> None:
    """The bot may let itself into a public channel; before, it reads nothing there."""
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_history(channel="C0RANDOM")
    await client.conversations_join(channel="C0RANDOM")
    assert (await client.conversations_history(channel="C0RANDOM"))["messages"] == []


async def test_history_in_pieces(client: AsyncWebClient) -> None:
    """Newest first, by limit and by time."""
    stamps = [
        (await client.chat_postMessage(channel="C0DEPLOYS", text=f"{number}"))["ts"] for number in range(3)
    ]
    newest = await client.conversations_history(channel="C0DEPLOYS", limit=2)
    assert [each["text"] for each in newest["messages"]] == ["2", "1"]
    assert newest["has_more"]
    later = await client.conversations_history(channel="C0DEPLOYS", oldest=stamps[1])
    assert [each["text"] for each in later["messages"]] == ["2"]
    with pytest.raises(SlackApiError, match="invalid_ts_oldest"):
        await client.conversations_history(channel="C0DEPLOYS", oldest="yesterday")
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await client.conversations_replies(channel="C0DEPLOYS", ts="1.000001")
