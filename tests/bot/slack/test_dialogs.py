"""Forms, over the real wire, on a server that keeps Slack's rules."""

import pytest

from bot.domain.errors import SlackRefused
from bot.domain.message import Dialog
from bot.playground.seed import demo_seed
from bot.playground.server import Playground
from bot.render import confirm
from bot.slack import client
from bot.slack.dialogs import SlackDialogs
from tests.fakes.reports import USUAL, run


def form(losses: int = 2) -> Dialog:
    sentences = tuple(
        f"aws_db_instance.db{number} keeps data and would be destroyed" for number in range(losses)
    )
    return confirm.dialog(run(), USUAL.counts, sentences, "carried")


@pytest.mark.parametrize("losses", [0, 1, 500])
async def test_a_form_is_shown_once(losses: int) -> None:
    """Slack takes it, however much would be lost; the same click shows no second one."""
    async with (
        Playground(demo_seed()) as playground,
        client.connected(playground.keys.bot, playground.url) as slack,
    ):
        trigger = playground.triggers.give("U0BEN")
        await SlackDialogs(slack).show(trigger, form(losses))
        (view,) = playground.workspace.views.values()
        assert (view.user, view.body["callback_id"], view.body["private_metadata"]) == (
            "U0BEN",
            confirm.NAME,
            "carried",
        )
        with pytest.raises(SlackRefused, match="exchanged_trigger_id"):
            await SlackDialogs(slack).show(trigger, form())
        with pytest.raises(SlackRefused, match="invalid_trigger_id"):
            await SlackDialogs(slack).show("1.2.3", form())
