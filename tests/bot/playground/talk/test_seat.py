import io
from collections.abc import Callable

import pytest
from rich.console import Console

from bot.playground.server import Playground
from bot.playground.talk import words
from bot.playground.talk.screen import Screen
from bot.playground.talk.seat import Seat
from bot.playground.talk.words import NotUnderstood

Sit = Callable[[], tuple[Seat, io.StringIO]]


@pytest.fixture
def sit(served: Playground) -> Sit:
    """Sits down with a screen to look at."""

    def one() -> tuple[Seat, io.StringIO]:
        out = io.StringIO()
        console = Console(file=out, highlight=False, markup=False, emoji=False, width=200)
        return Seat(served, Screen(console, served.workspace)), out

    return one


async def do(seat: Seat, *lines: str) -> None:
    for line in lines:
        step = words.parse(line)
        assert step
        await seat.do(step)


async def test_prompt_says_who_is_where(served: Playground, sit: Sit) -> None:
    """Person, channel, and the thread that is talked in."""
    seat, _ = sit()
    assert seat.prompt == "ana #deploys> "
    await do(seat, "as ben", "/card")
    await served.until(lambda: served.workspace.number >= 3)
    seat._screen.catch_up()
    await do(seat, "thread 2")
    assert seat.prompt == "ben #deploys [1]> "
    await do(seat, "I see")
    said = served.workspace.since(3)[0].message
    first = served.workspace.since(0)[0].message
    assert said
    assert first
    assert (said.text, said.thread_ts) == ("I see", first.ts)
    await do(seat, "in random")
    assert seat.prompt == "ben #random> "


async def test_emoji_is_taken_from_where_it_was_put(served: Playground, sit: Sit) -> None:
    """Without a number: put under the newest with buttons, taken from the newest that has it."""
    seat, _ = sit()
    await do(seat, "/card")
    await served.until(lambda: served.workspace.number >= 3)
    await do(seat, "react :+1:")
    card = served.workspace.since(0)[1].message
    assert card
    now = served.workspace.message(card.channel, card.ts)
    assert now
    assert [(each.name, each.users) for each in now.reactions] == [("+1", ("U0ANA",))]
    await do(seat, "unreact 👍")
    assert served.workspace.message(card.channel, card.ts) == card


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(
            "as nobody",
            "Nobody here is called nobody; there are ana, ben, cleo, dana, gus, sam.",
            id="person",
        ),
        pytest.param(
            "in nowhere",
            "There is no channel nowhere; there are deploys, incidents, random, partners.",
            id="channel",
        ),
        pytest.param("click Approve", "No message has a button Approve.", id="button"),
        pytest.param(
            "react :x:", "There is no message to put an emoji under, or to take one from.", id="emoji"
        ),
        pytest.param("react :x: 7", "There is no message 7.", id="number"),
        pytest.param("open 7", "There is no message 7.", id="file"),
        pytest.param("dismiss", "No dialog is open for ana.", id="dialog"),
    ],
)
async def test_one_clear_sentence(sit: Sit, line: str, sentence: str) -> None:
    """What cannot be done says why, and what there is instead."""
    seat, _ = sit()
    with pytest.raises(NotUnderstood) as raised:
        await do(seat, line)
    assert str(raised.value) == sentence


async def test_refusal_becomes_a_sentence(served: Playground, sit: Sit) -> None:
    """Slack's codes are not for people."""
    seat, _ = sit()
    await do(seat, "hello")
    seat._screen.catch_up()
    await do(seat, "react :x: 1")
    with pytest.raises(NotUnderstood, match="ana has put this emoji there already"):
        await do(seat, "react :x: 1")
    await served.mail.settled()


async def test_who_and_help(sit: Sit) -> None:
    """Everybody with their groups and marks; every word with its use."""
    seat, out = sit()
    await do(seat, "who", "help")
    shown = out.getvalue()
    assert "cleo         @platform, @oncall" in shown
    assert "gus          guest" in shown
    assert "sam          from another workspace" in shown
    assert all(line in shown for line in words.USAGE.values())
