import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.refusal import Refusal
from bot.playground.seed import demo_seed
from bot.playground.server import Playground

DEPLOYS, ANA, BEN = "C0DEPLOYS", "U0ANA", "U0BEN"


async def test_people_do_only_what_they_can(playground: Playground, client: AsyncWebClient) -> None:
    """Nobody acts where they are not, on what they do not see, or on a button that is not there."""
    private = await client.chat_postEphemeral(channel=DEPLOYS, user=ANA, text="psst")
    ts = private["message_ts"]
    made = (await client.conversations_create(name="incident-1"))["channel"]["id"]
    for act, code in (
        (playground.say(ANA, made, "hello"), "not_in_channel"),
        (playground.command("U0NOBODY", DEPLOYS, "/deploy"), "user_not_found"),
        (playground.click(BEN, DEPLOYS, ts, "approve"), "message_not_found"),
        (playground.click(ANA, DEPLOYS, ts, "approve"), "no_such_button"),
        (playground.react(ANA, DEPLOYS, ts, "eyes"), "message_not_found"),
        (playground.submit(ANA, "V0", {}), "not_found"),
        (playground.dismiss(ANA, "V0"), "not_found"),
    ):
        with pytest.raises(Refusal) as raised:
            await act
        assert raised.value.code == code


async def test_names_become_ids(playground: Playground) -> None:
    """People and groups are marked up, and nothing that was typed is markup."""
    said = await playground.say(ANA, DEPLOYS, "@ben @oncall @nobody <@U0DANA> & co")
    assert said.text == "<@U0BEN> <!subteam^S0ONCALL> @nobody &lt;@U0DANA&gt; &amp; co"


async def test_click_that_fails_is_told(playground: Playground, client: AsyncWebClient) -> None:
    """In the thread where the button is, to the one who clicked."""
    element = {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "X"}}
    said = await client.chat_postMessage(
        channel=DEPLOYS, text="x", blocks=[{"type": "actions", "elements": [element]}]
    )
    outcome = await playground.click(BEN, DEPLOYS, said["ts"], "x")
    assert outcome.error == "dispatch_failed"
    assert [each.only_for for each in outcome.seen] == [BEN]


async def test_command_that_the_app_does_not_have() -> None:
    """Slack says so itself."""
    async with Playground(demo_seed().model_copy(update={"commands": ("/deploy",)})) as playground:
        outcome = await playground.command(ANA, DEPLOYS, "/deplyo")
        assert outcome.error == "invalid_command"
        assert outcome.seen[0].text == "/deplyo is not a valid command."
