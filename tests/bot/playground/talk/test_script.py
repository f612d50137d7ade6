import asyncio
import contextlib
import io
import re
from pathlib import Path

import pytest

from bot.playground.server import Playground
from bot.playground.talk.bookmark import Bookmark
from bot.playground.talk.script import NotAScript, play


async def played(playground: Playground, script: str, bookmark: Bookmark | None = None) -> tuple[bool, str]:
    """Whether all was met, and the transcript without times."""
    out = io.StringIO()
    lines = [line.strip() for line in script.strip().splitlines()]
    met = await play(playground, lines, out, name="tour.txt", bookmark=bookmark)
    return met, re.sub(r" \d\d:\d\d:\d\d|\(\d+\.\d s\)", "", out.getvalue())


async def test_transcript(served: Playground) -> None:
    """What was typed, what was said, what was edited, and what each person alone saw."""
    met, transcript = await played(
        served,
        """
        # A deploy.
        as ana
        /card
        wait for plan.diff
        open 3
        as ben
        react ✅
        wait for @ben put white_check_mark
        click Approve
        wait for thank you
        wait for Bake: PASS
        """,
    )
    assert met
    assert transcript == (
        "# A deploy.\n"
        "ana> /card\n"
        "[1] interlock in #deploys\n"
        "    run 1\n"
        "    waits\n"
        "  └ [2] interlock under [1]\n"
        "      May it?\n"
        "      [✅ Approve]\n"
        "  └ [3] interlock under [1]\n"
        "      📎 plan.diff (7 bytes) - open 3\n"
        "✔ plan.diff \n"
        "ana> open 3\n"
        "── plan.diff (7 bytes)\n"
        "+ a\n"
        "- b\n"
        "ben> react ✅\n"
        "  [2] ben ✅\n"
        "[4] interlock in #incidents\n"
        "    @ben put white_check_mark\n"
        "✔ @ben put white_check_mark \n"
        "ben> click Approve\n"
        "  ~ [1] Bake: PASS\n"
        "[5] interlock in #deploys (only visible to ben)\n"
        "    thank you\n"
        "✔ thank you \n"
        "✔ Bake: PASS \n"
    )


async def test_dialog(served: Playground) -> None:
    """A dialog is shown, complains, and closes."""
    met, transcript = await played(served, "/ask\nwait for Environment\nsubmit pord\nsubmit prod")
    assert met
    assert "╭ Sure? (only visible to ana)" in transcript
    assert "  Type prod.\n" in transcript
    assert transcript.endswith("  the dialog of ana is closed\n")


@pytest.mark.parametrize(
    ("script", "last"),
    [
        pytest.param("wait for never within 0.1s", "tour.txt:1: waited 0.1 s for “never”", id="unmet"),
        pytest.param(
            "say never\nwait for never within 0.1s", "tour.txt:2: waited", id="own words do not count"
        ),
        pytest.param(
            "/card\nwait for waits\nsay x\nwait for waits within 0.1s",
            "tour.txt:4: waited",
            id="old words do not count",
        ),
        pytest.param("as nobody\nwait for x", "tour.txt:1: Nobody here is called nobody", id="not possible"),
    ],
)
async def test_ends_badly(served: Playground, script: str, last: str) -> None:
    """The line that failed is named, and nothing after it is played."""
    met, transcript = await played(served, script)
    assert not met
    assert transcript.splitlines()[-1].startswith(last)


async def test_old_emoji_says_nothing_new(served: Playground) -> None:
    """A reaction to a message does not make its words new."""
    script = "/card\nwait for May it?\nwait for plan.diff\nreact :eyes:\nwait for May it? within 0.2s"
    met, _ = await played(served, script)
    assert not met


async def test_waits_in_a_row_in_any_order(served: Playground) -> None:
    """Nobody knows which of two things is said first."""
    met, _ = await played(served, "/card\nwait for plan.diff\nwait for May it?\nwait for waits")
    assert met


async def test_bad_lines_are_named_before_anything_is_played(served: Playground) -> None:
    """All of them, with file and line."""
    out = io.StringIO()
    with pytest.raises(NotAScript) as raised:
        await play(served, ["/card", "clik x", "wait"], out, name="tour.txt")
    assert [line.partition(" ")[0] for line in str(raised.value).splitlines()] == [
        "tour.txt:2:",
        "tour.txt:3:",
    ]
    assert (out.getvalue(), served.workspace.number) == ("", 0)


async def test_goes_on_after_a_kill(tmp_path: Path) -> None:
    """A wait that was cut off is met by what was said before the kill; nothing is done twice."""
    script = ["as ben", "in incidents", "say one", "wait for answer within 30s", "say two"]
    bookmark = Bookmark(tmp_path / "place.json")
    async with Playground(folder=tmp_path / "data") as first:
        playing = asyncio.create_task(play(first, script, io.StringIO(), bookmark=bookmark))
        await first.until(lambda: first.workspace.number)
        # The bot answers at the moment of the kill.
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
        bot = first.workspace.since(0)[0].message
        assert bot
        said = {"user": "U0INTERLOCK", "ts": first.workspace.stamp(), "text": "an *answer*"}
        first.workspace.post(bot.model_copy(update=said))
    async with Playground(folder=tmp_path / "data") as second:
        out = io.StringIO()
        assert await play(second, script, out, bookmark=bookmark)
        texts = [(each.user, each.text) for each in second.workspace.messages("C0INCIDENTS")]
        assert texts == [("U0BEN", "one"), ("U0INTERLOCK", "an *answer*"), ("U0BEN", "two")]
        assert out.getvalue().startswith("(going on after line 3)\n✔ answer")
        # Through: the same script begins anew, and old words do not count.
        assert not await play(
            second, [*script[:3], "wait for answer within 0.1s"], io.StringIO(), bookmark=bookmark
        )


async def test_a_button_may_come_late(served: Playground) -> None:
    """A person would wait for it too."""

    async def later() -> None:
        await asyncio.sleep(0.1)
        await served.command("U0ANA", "C0DEPLOYS", "/card")

    coming = asyncio.create_task(later())
    met, _ = await played(served, "click Approve\nwait for thank you")
    await coming
    assert met
