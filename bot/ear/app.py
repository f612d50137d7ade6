"""The Bolt app. Its listeners do one thing: keep what was said as a row, then acknowledge."""

import hashlib
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import JournalBroken
from bot.domain.heard import Heard, HeardKind
from bot.domain.value import Value
from bot.ports import Clock

log = logging.getLogger(__name__)

#: Keeps a thing that was heard; raises where it cannot be kept.
Hear = Callable[[Heard], Awaitable[None]]

#: Says, from the payload of a form alone, what is wrong with its fields, by the ids of their blocks.
Faults = Callable[[Mapping[str, Any]], Mapping[str, str]]

#: What somebody reads whose words could not be kept.
NOT_KEPT = "Interlock cannot write to its database just now, so nothing was started. Try again in a minute."


class Vocabulary(Value):
    """What the app listens for; the manifest is made from the same list."""

    #: With the slash: `/deploy`.
    commands: tuple[str, ...]
    #: `reaction_added` …
    events: tuple[str, ...]
    #: Ids of buttons.
    actions: tuple[str, ...]
    #: Names of forms, and what judges them before they are kept.
    views: Mapping[str, Faults] = {}


class Identity(Value):
    """Who the bot is in its workspace, as `auth.test` says."""

    team: str
    user: str
    bot: str


async def identify(client: AsyncWebClient) -> Identity:
    """Ask once, at the start; raises Slack's own errors."""
    said = await client.auth_test()
    return Identity(team=said["team_id"], user=said["user_id"], bot=said.get("bot_id") or "")


def app(
    client: AsyncWebClient,
    identity: Identity,
    words: Vocabulary,
    hear: Hear,
    clock: Clock,
    secret: str,
) -> AsyncApp:
    """Build the app around *client*; *secret* signs HTTP requests and is unused in Socket Mode.

    A form in which something is wrong is given back with that, and not kept.
    """

    async def known() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_id=identity.bot,
            bot_user_id=identity.user,
            bot_token=client.token,
        )

    bolt = AsyncApp(
        # Bolt puts the token in by itself, from what `known` says.
        client=AsyncWebClient(base_url=client.base_url),
        authorize=known,
        signing_secret=secret or "unused",
        # Done on the raw bytes before, in `bot.ear.web`; Socket Mode has no signatures.
        request_verification_enabled=False,
        # Otherwise Bolt acknowledges events before anybody has kept them.
        process_before_response=True,
    )
    for name in words.commands:
        bolt.command(name)(_keeper(hear, clock, HeardKind.COMMAND, _command_key))
    for name in words.actions:
        bolt.action(name)(_keeper(hear, clock, HeardKind.ACTION, _action_key))
    for name, faults in words.views.items():
        bolt.view(name)(_form_keeper(hear, clock, faults))
    for name in words.events:
        bolt.event(name)(_keeper(hear, clock, HeardKind.EVENT, _event_key))
    return bolt


def _keeper(
    hear: Hear, clock: Clock, kind: HeardKind, key: Callable[[dict[str, Any]], str]
) -> Callable[..., Awaitable[None]]:
    async def keep(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            await hear(Heard(key=key(body)[:256], kind=kind, payload=body, at=clock.now()))
        except Exception as error:
            if kind is not HeardKind.COMMAND:
                # Not acknowledged: an event comes again, and whoever clicked sees that it failed.
                raise
            _lament(kind, error)
            await ack(NOT_KEPT)
        else:
            await ack()

    return keep


def _form_keeper(hear: Hear, clock: Clock, faults: Faults) -> Callable[..., Awaitable[None]]:
    async def keep(ack: AsyncAck, body: dict[str, Any]) -> None:
        if wrong := faults(body):
            await ack(response_action="errors", errors=dict(wrong))
            return
        try:
            await hear(Heard(key=_view_key(body)[:256], kind=HeardKind.VIEW, payload=body, at=clock.now()))
        except Exception as error:  # noqa: BLE001 -- whatever it was, what somebody wrote must not be lost
            _lament(HeardKind.VIEW, error)
            fields = body["view"]["state"]["values"]
            # What somebody wrote stays in the form.
            await ack(response_action="errors", errors=dict.fromkeys(fields, NOT_KEPT))
        else:
            await ack()

    return keep


def _lament(kind: HeardKind, error: Exception) -> None:
    trace = None if isinstance(error, JournalBroken) else error
    log.error("heard.not_kept", extra={"kind": kind, "error": str(error)}, exc_info=trace)


def _event_key(body: dict[str, Any]) -> str:
    return f"event:{body.get('event_id') or _fingerprint(body)}"


def _command_key(body: dict[str, Any]) -> str:
    # A server without trigger ids cannot be deduplicated: two equal commands may both be meant.
    return f"command:{body.get('trigger_id') or uuid.uuid4().hex}"


def _action_key(body: dict[str, Any]) -> str:
    actions: Sequence[dict[str, Any]] = body.get("actions") or [{}]
    clicked = (body.get("user", {}).get("id"), actions[0].get("action_id"), actions[0].get("action_ts"))
    if all(clicked):
        return f"action:{':'.join(map(str, clicked))}"
    return f"action:{body.get('trigger_id') or _fingerprint(body)}"


def _view_key(body: dict[str, Any]) -> str:
    # Each opening of a form has an id of its own, and is sent off once however often the button is pressed.
    return f"view:{body.get('user', {}).get('id')}:{body['view'].get('id') or _fingerprint(body)}"


def _fingerprint(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
