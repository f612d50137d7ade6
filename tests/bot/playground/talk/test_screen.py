import io
from typing import Any

import pytest
from rich.console import Console
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from bot.playground.talk.screen import Screen

DEPLOYS = "C0DEPLOYS"
Looking = tuple[Screen, io.StringIO]


@pytest.fixture
def looking(playground: Playground) -> Looking:
    """A screen, and what stands on it."""
    out = io.StringIO()
    console = Console(file=out, highlight=False, markup=False, emoji=False, width=200)
    return Screen(console, playground.workspace), out


def shown(looking: Looking) -> str:
    """What has come onto the screen since the last look."""
    screen, out = looking
    screen.catch_up()
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def section(text: str) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        pytest.param("head\napply 2/9\nfoot", "  ~ [1] apply 2/9\n", id="only what changed"),
        pytest.param("head\napply 2/9\nfoot 7\nfoot 8", "  ~ [1] apply 2/9\n", id="progress is one line"),
        pytest.param("head\napply 1/9\nfoot", "", id="nothing to see"),
        pytest.param("head\nfoot", "  ~ [1] no longer: apply 1/9\n", id="something gone"),
        pytest.param(
            "\n".join(f"line {letter}" for letter in "abcdefghi"),
            "".join(f"  ~ [1] line {letter}\n" for letter in "abcd") + "  ~ [1] … and 5 more\n",
            id="never a flood",
        ),
    ],
)
async def test_edits(client: AsyncWebClient, looking: Looking, after: str, seen: str) -> None:
    """An edit is as short as its change."""
    before = section("head\napply 1/9\nfoot" + "\nfoot 0" * ("foot 7" in after))
    said = await client.chat_postMessage(channel=DEPLOYS, text="x", blocks=before)
    shown(looking)
    await client.chat_update(channel=DEPLOYS, ts=said["ts"], text="x", blocks=section(after))
    assert shown(looking) == seen


async def test_everything_else(playground: Playground, client: AsyncWebClient, looking: Looking) -> None:
    """Emoji, private words, broadcasts, deletions and the Home tab."""
    said = await client.chat_postMessage(channel=DEPLOYS, text="one")
    await playground.react("U0BEN", DEPLOYS, said["ts"], "eyes")
    await playground.unreact("U0BEN", DEPLOYS, said["ts"], "eyes")
    assert shown(looking).splitlines()[2:] == ["  [1] ben 👀", "  [1] ben took back 👀"]
    await client.chat_postEphemeral(channel=DEPLOYS, user="U0BEN", text="psst")
    assert "in #deploys (only visible to ben)\n    psst" in shown(looking)
    await client.chat_postMessage(channel=DEPLOYS, text="bad", thread_ts=said["ts"], reply_broadcast=True)
    assert "under [1] and in #deploys\n      bad" in shown(looking)
    await client.chat_postMessage(channel="U0ANA", text="psst")
    assert "in #direct message" in shown(looking)
    await client.chat_delete(channel=DEPLOYS, ts=said["ts"])
    assert shown(looking) == "  ✂ [1] was deleted\n"
    await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": section("*Runs*")})
    assert shown(looking) == "╭ Home (only visible to ana)\n│ Runs\n╰\n"


async def test_long_file_is_cut(client: AsyncWebClient, looking: Looking) -> None:
    """A terminal is no pager."""
    content = "\n".join(f"+ {number}" for number in range(500))
    await client.files_upload_v2(channel=DEPLOYS, filename="plan.diff", content=content)
    shown(looking)
    screen, _ = looking
    message = screen.message(1)
    assert message
    screen.open(message)
    lines = shown(looking).splitlines()
    assert (lines[1], lines[-2], lines[-1]) == ("+ 0", "+ 399", "… and 100 more")


async def test_a_picture_is_told(client: AsyncWebClient, looking: Looking) -> None:
    """A terminal shows no pictures, so it says what is on them, opened or not."""
    await client.files_upload_v2(
        channel=DEPLOYS, filename="bake.png", file=b"\x89PNG", alt_txt="green ended\nat 3%"
    )
    await client.files_upload_v2(channel=DEPLOYS, filename="mute.png", file=b"\x89PNG")
    lines = [line.strip() for line in shown(looking).splitlines()]
    assert "🖼 bake.png: green ended at 3%" in lines
    assert "🖼 mute.png: nobody says what it shows" in lines
    screen, _ = looking
    message = screen.message(1)
    assert message
    screen.open(message)
    assert shown(looking) == "🖼 bake.png: green ended at 3%\n"


async def test_what_was_before_is_numbered_but_not_shown(playground: Playground) -> None:
    """Numbers stay the same after a restart."""
    first = await playground.say("U0ANA", DEPLOYS, "one")
    second = await playground.say("U0ANA", DEPLOYS, "two")
    out = io.StringIO()
    screen = Screen(Console(file=out), playground.workspace)
    screen.catch_up()
    assert out.getvalue() == ""
    assert (screen.message(1), screen.message(2), screen.message(3)) == (first, second, None)
