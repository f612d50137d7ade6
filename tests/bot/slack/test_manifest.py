from bot.slack.manifest import SCOPES, SlashCommand, manifest

DEPLOY = SlashCommand(command="/deploy", description="Deploy", usage_hint="ENV [REF]")
BARE = SlashCommand(command="/x", description="X")


def test_socket_mode() -> None:
    """Without an address nothing is sent to one."""
    told = manifest((DEPLOY, BARE), ("reaction_added", "app_mention"), url=None)
    assert told["settings"] == {
        "event_subscriptions": {"bot_events": ["app_mention", "reaction_added"]},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    }
    assert told["features"]["slash_commands"] == [
        {"command": "/deploy", "description": "Deploy", "usage_hint": "ENV [REF]", "should_escape": True},
        {"command": "/x", "description": "X", "should_escape": True},
    ]
    assert told["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_http_mode() -> None:
    """With an address everything is sent there."""
    told = manifest((BARE,), (), url="https://bot.example/slack/events")
    assert told["features"]["slash_commands"][0]["url"] == "https://bot.example/slack/events"
    assert not told["settings"]["socket_mode_enabled"]
    assert told["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert told["settings"]["interactivity"]["request_url"] == "https://bot.example/slack/events"
