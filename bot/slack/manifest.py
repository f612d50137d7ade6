"""The app manifest: what Slack must be told about this bot, as one value."""

from typing import Any

from bot.domain.value import Value

#: What each scope is for.
SCOPES = {
    "app_mentions:read": "the same words as a mention",
    "channels:read": "is a channel of the estate there, and is the bot in it",
    "chat:write": "say things, and edit them",
    "chat:write.public": "say them in public channels that nobody invited the bot to",
    "commands": "slash commands",
    "files:write": "whole diffs and outputs",
    "groups:read": "the same as channels:read, for private channels",
    "reactions:read": "votes by emoji",
    "usergroups:read": "who may vote now",
    "users:read": "refuse bots, guests, strangers and deactivated accounts",
    "users:read.email": "match people to commits",
}


class SlashCommand(Value):
    """One slash command, as Slack shows it while somebody types."""

    #: With its slash: `/deploy`.
    command: str
    description: str
    #: `ENV [REF] [--dry-run]`; empty where it takes nothing.
    usage_hint: str = ""


def manifest(
    commands: tuple[SlashCommand, ...],
    events: tuple[str, ...],
    *,
    url: str | None,
) -> dict[str, Any]:
    """Describe the app; *url* is where Slack sends requests, and without one it is Socket Mode."""
    at = {"url": url} if url else {}
    request = {"request_url": url} if url else {}
    return {
        "display_information": {
            "name": "Interlock",
            "description": "Deploys infrastructure, and cannot be talked into an unsafe move",
        },
        "features": {
            "bot_user": {"display_name": "interlock", "always_online": True},
            "slash_commands": [_command(command, at) for command in commands],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _command(command: SlashCommand, at: dict[str, str]) -> dict[str, Any]:
    hint = {"usage_hint": command.usage_hint} if command.usage_hint else {}
    # Mentions of people in a command arrive as ids, which nobody can fake.
    return {
        "command": command.command,
        "description": command.description,
        **hint,
        "should_escape": True,
        **at,
    }
