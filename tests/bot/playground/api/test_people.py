import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground


async def test_auth_test(client: AsyncWebClient) -> None:
    """The bot learns who it is."""
    said = await client.auth_test()
    assert (said["team_id"], said["user_id"], said["bot_id"]) == ("T0HOME", "U0INTERLOCK", "B0INTERLOCK")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param(None, "not_authed", id="none"),
        pytest.param("xoxb-other", "invalid_auth", id="another"),
        pytest.param("xapp-playground", "not_allowed_token_type", id="app-level"),
    ],
)
async def test_tokens(playground: Playground, token: str | None, code: str) -> None:
    """Only the bot's token opens the methods."""
    with pytest.raises(SlackApiError) as raised:
        await AsyncWebClient(token=token, base_url=playground.url).auth_test()
    assert raised.value.response["error"] == code


async def test_unknown_method(client: AsyncWebClient) -> None:
    """What Slack may have one day is said not to be there."""
    with pytest.raises(SlackApiError) as raised:
        await client.api_call("blocks.validate")
    assert raised.value.response["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("user", "flags"),
    [
        pytest.param("U0ANA", (False, False, False, "T0HOME"), id="colleague"),
        pytest.param("U0GUS", (True, False, False, "T0HOME"), id="guest"),
        pytest.param("U0SAM", (False, False, True, "T0OTHER"), id="stranger"),
        pytest.param("U0INTERLOCK", (False, True, False, "T0HOME"), id="bot"),
    ],
)
async def test_users_info(client: AsyncWebClient, user: str, flags: tuple[bool, bool, bool, str]) -> None:
    """The flags by which a bot tells who may act."""
    said = (await client.users_info(user=user))["user"]
    assert (said["is_restricted"], said["is_bot"], said["is_stranger"], said["team_id"]) == flags


async def test_lists_and_pages(client: AsyncWebClient) -> None:
    """A cursor leads through all of them."""
    first = await client.users_list(limit=4)
    second = await client.users_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    names = [each["name"] for each in (*first["members"], *second["members"])]
    assert names == ["ana", "ben", "cleo", "dana", "gus", "sam", "interlock"]
    assert second["response_metadata"]["next_cursor"] == ""
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        await client.users_list(cursor="x")


async def test_lookup_by_email(client: AsyncWebClient) -> None:
    """Letter case does not matter; strangers are not found."""
    assert (await client.users_lookupByEmail(email="ANA@example.com"))["user"]["id"] == "U0ANA"
    for email in ("sam@example.net", "nobody@example.com"):
        with pytest.raises(SlackApiError, match="users_not_found"):
            await client.users_lookupByEmail(email=email)
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.users_info(user="U0NOBODY")


async def test_groups(client: AsyncWebClient) -> None:
    """Groups, and who is in them."""
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert {each["handle"]: each["users"] for each in groups} == {
        "platform": ["U0ANA", "U0BEN", "U0CLEO"],
        "oncall": ["U0CLEO", "U0DANA"],
    }
    assert (await client.usergroups_users_list(usergroup="S0ONCALL"))["users"] == ["U0CLEO", "U0DANA"]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        await client.usergroups_users_list(usergroup="S0NOBODY")
