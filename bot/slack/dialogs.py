"""Forms for people to fill in: the `Dialogs` port over Slack's Web API."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.message import Dialog
from bot.slack import failure


class SlackDialogs:
    """Opens modals. Raises `SlackThrottled`, `SlackUnreachable` and `SlackRefused`, nothing else."""

    def __init__(self, client: AsyncWebClient) -> None:
        """Speak as the bot whose token *client* carries."""
        self._client = client

    async def show(self, trigger: str, dialog: Dialog) -> None:
        """Show it to whoever clicked; *trigger* came with the click and is good for 3 seconds, once."""
        view = {
            "type": "modal",
            "callback_id": dialog.name,
            "title": {"type": "plain_text", "text": dialog.title},
            "submit": {"type": "plain_text", "text": dialog.submit},
            "close": {"type": "plain_text", "text": "Go back"},
            "private_metadata": dialog.carried,
            "blocks": list(dialog.blocks),
        }
        async with failure.told("views.open"):
            await self._client.views_open(trigger_id=trigger, view=view)
