"""The inner events that Slack sends of what people did, and the envelope around them."""

import secrets

from bot.playground.things import Json, Message, Seed


def reaction(said: Message, user: str, emoji: str, ts: str, *, added: bool) -> Json:
    """Somebody put an emoji under *said*, or took it away."""
    return {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": emoji,
        "item": {"type": "message", "channel": said.channel, "ts": said.ts},
        "item_user": said.user,
        "event_ts": ts,
    }


def mention(said: Message, team: str) -> Json:
    """Somebody called the bot by name."""
    event: Json = {
        "type": "app_mention",
        "user": said.user,
        "text": said.text,
        "ts": said.ts,
        "team": team,
        "channel": said.channel,
        "event_ts": said.ts,
    }
    return event | ({"thread_ts": said.thread_ts} if said.thread_ts else {})


def home_opened(user: str, channel: str, ts: str, view: Json | None) -> Json:
    """Somebody looked at the bot's Home tab."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": ts}
    return event | ({"view": view} if view else {})


def wrapped(seed: Seed, event: Json, now: int) -> Json:
    """The event as it is delivered."""
    return {
        "token": "unused",
        "team_id": seed.team,
        "api_app_id": seed.app,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": seed.team,
                "user_id": seed.bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(12)}",
    }
