"""HTTP mode: who is let in, and what everybody else gets."""

import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.domain.heard import Heard, HeardKind
from bot.ear.app import Identity, Vocabulary, app
from bot.ear.web import Web, signed

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
WORDS = Vocabulary(commands=("/deploy",), events=("reaction_added",), actions=("approve",))
WHO = Identity(team="T0HOME", user="U0BOT", bot="B0BOT")


def sign(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def now() -> str:
    return str(int(SystemClock().now().timestamp()))


class Bot:
    """A listening bot and what it heard."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.heard: list[Heard] = []
        self.keeps = True
        self.healthy = True

    async def hear(self, heard: Heard) -> None:
        if not self.keeps:
            raise OSError("disk full")
        self.heard.append(heard)

    async def health(self) -> dict[str, bool]:
        return {"database": self.healthy}


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    """A bot in HTTP mode on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listening = Bot(port)
    web = Web(f"127.0.0.1:{port}", SystemClock(), listening.health)
    web.hear(app(AsyncWebClient(token="xoxb-1"), WHO, WORDS, listening.hear, SystemClock(), SECRET), SECRET)
    await web.open()
    yield listening
    await web.close()


COMMAND = urlencode(
    {"command": "/deploy", "text": "staging", "trigger_id": "1.2.3", "team_id": "T0HOME", "user_id": "U0ANA"}
).encode()


async def post(bot: Bot, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.url}/slack/events", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def headers(body: bytes, stamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = stamp or now()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(body, stamp, secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def test_a_signed_command_is_kept_and_acknowledged(bot: Bot) -> None:
    """The answer is an empty 200, and the command is kept under its trigger."""
    assert await post(bot, COMMAND, headers(COMMAND)) == (200, "")
    (heard,) = bot.heard
    assert (heard.kind, heard.key) == (HeardKind.COMMAND, "command:1.2.3")
    assert heard.payload["text"] == "staging"


async def test_a_replay_is_refused(bot: Bot) -> None:
    """The same signed bytes are good for one answer."""
    same = headers(COMMAND)
    assert (await post(bot, COMMAND, same))[0] == 200
    assert await post(bot, COMMAND, same) == (401, "")
    assert len(bot.heard) == 1


async def test_what_cannot_be_kept_is_not_acknowledged(bot: Bot) -> None:
    """A full disk is said to who gave the command; an event is left for Slack to repeat, and then it counts."""
    bot.keeps = False
    status, text = await post(bot, COMMAND, headers(COMMAND))
    assert status == 200
    assert "nothing was started" in text
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "reaction_added"}}
    body = json.dumps({"team_id": "T0HOME", **event}).encode()
    signature = {**headers(body), "Content-Type": "application/json"}
    assert (await post(bot, body, signature))[0] != 200
    bot.keeps = True
    assert (await post(bot, body, signature))[0] == 200
    assert [heard.key for heard in bot.heard] == ["event:Ev1"]


async def test_the_challenge_is_answered(bot: Bot) -> None:
    """Slack proves that it found us by a signed challenge."""
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    status, text = await post(bot, body, {**headers(body), "Content-Type": "application/json"})
    assert status == 200
    assert "abc" in text


@pytest.mark.parametrize(
    ("body", "forged"),
    [
        pytest.param(COMMAND, {}, id="no headers"),
        pytest.param(COMMAND, headers(COMMAND, secret="another"), id="another secret"),
        pytest.param(COMMAND, headers(COMMAND + b"x"), id="another body"),
        pytest.param(COMMAND, headers(COMMAND, stamp="1700000000"), id="old"),
        pytest.param(COMMAND, headers(COMMAND, stamp="9" * 4000), id="a huge time"),
        pytest.param(COMMAND, headers(COMMAND, stamp="nan"), id="no number"),
        pytest.param(COMMAND, headers(COMMAND, stamp="-5"), id="before 1970"),
        pytest.param(COMMAND, {**headers(COMMAND), "X-Slack-Signature": "v0=ä"}, id="not ascii"),
        pytest.param(COMMAND, {**headers(COMMAND), "X-Slack-Signature": ""}, id="empty signature"),
        pytest.param(b"\xff\xfe", headers(b"\xff\xfe"), id="no utf-8, though signed"),
        pytest.param(COMMAND, {**headers(COMMAND), "Content-Encoding": "gzip"}, id="no gzip"),
    ],
)
async def test_everybody_else_gets_a_401(bot: Bot, body: bytes, forged: dict[str, str]) -> None:
    """Unauthenticated bytes have no effect and are told nothing."""
    status, text = await post(bot, body, forged)
    assert (status, bot.heard) == (401, [])
    assert "Traceback" not in text


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40), st.binary(max_size=40), st.text(max_size=80))
def test_no_bytes_are_an_error(stamp: str, body: bytes, signature: str) -> None:
    """Whatever the headers hold, the answer is no, not an exception."""
    assert signed(SECRET, stamp, body, signature, 1_700_000_000.0) is False


@pytest.mark.parametrize(
    ("offset", "good"),
    [(0, True), (300, True), (-300, True), (301, False), (-301, False)],
    ids=["now", "5 min old", "5 min ahead", "older", "further ahead"],
)
def test_a_signature_is_good_for_five_minutes(offset: int, good: bool) -> None:
    """The last second belongs to the five minutes."""
    made = int(datetime(2026, 11, 21, tzinfo=UTC).timestamp())
    assert signed(SECRET, str(made), b"x", sign(b"x", str(made)), made + offset) is good


async def test_health_says_what_is_wrong(bot: Bot) -> None:
    """200 while all is well, 503 and the part that is not."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{bot.url}/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"database": True})
        bot.healthy = False
        async with session.get(f"{bot.url}/healthz") as answer:
            assert (answer.status, await answer.json()) == (503, {"database": False})
