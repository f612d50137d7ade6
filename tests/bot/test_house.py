"""The house as a whole: what it listens for, and the rules that its files keep."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import house, kinds
from bot.clock import SystemClock
from bot.domain.heard import Heard
from bot.ear.app import Identity, app

ROOT = Path(__file__).parents[2]
PRODUCT = [path for room in ("bot", "handlers", "runners") for path in sorted((ROOT / room).rglob("*.py"))]


async def test_the_manifest_names_what_the_app_hears() -> None:
    """Every command and event of the manifest has its listener, and no listener is missing from it."""

    async def hear(_: Heard) -> None:
        """Hear nothing."""

    told = house.app_manifest(None)
    commands = [command["command"] for command in told["features"]["slash_commands"]]
    events = told["settings"]["event_subscriptions"]["bot_events"]
    client = AsyncWebClient(token="xoxb-1")
    bolt = app(client, Identity(team="T", user="U", bot="B"), house.WORDS, hear, SystemClock(), "")
    listeners = len(bolt._async_listeners)
    assert (
        sorted(commands) == sorted(house.WORDS.commands) == ["/deploy", "/interlock", "/rollback", "/switch"]
    )
    assert sorted(events) == ["app_mention", "reaction_added", "reaction_removed"]
    assert listeners == len(commands) + len(events) + len(house.WORDS.actions) + len(house.WORDS.views)


def test_http_mode_tells_slack_where_the_bot_is() -> None:
    """With an address everything goes there, and Socket Mode is off."""
    told = house.app_manifest("https://bot.example.com/slack/events")
    assert told["settings"]["socket_mode_enabled"] is False
    assert {each["url"] for each in told["features"]["slash_commands"]} == {
        "https://bot.example.com/slack/events"
    }


def test_the_commands_are_the_files() -> None:
    """A new command is a new file, and nothing else."""
    assert set(house.COMMANDS) == {
        "deploy",
        "status",
        "cancel",
        "help",
        "lock",
        "unlock",
        "when",
        "freeze",
        "review",
        "switch",
        "hold",
        "resume",
        "skip",
        "keep",
        "retire",
        "rollback",
    }
    assert set(kinds.CHECKS) == {
        "alarm",
        "command",
        "error_count",
        "http",
        "job_runs",
        "load_balancer",
        "rds",
        "schedule_runs",
        "target_health",
        "terraform_outputs",
        "vpc",
    }
    assert set(kinds.METRICS) == {"cloudwatch", "http", "prometheus"}


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_person_reads(path: Path) -> None:
    """Four hundred lines is the most."""
    assert len(path.read_text("utf-8").splitlines()) <= 400
