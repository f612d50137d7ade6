import asyncio
import contextlib
import logging
from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.domain.errors import InterlockError, JournalBroken, SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.message import Urgency
from bot.domain.value import MessageTs, UserId
from tests.bot.outbox.conftest import Desk

ANA = UserId("U0ANA")


def refuse(code: str, *methods: str, times: int = 10**9) -> Callable[[str, str], None]:
    """Refuse these methods so often."""
    return fail(lambda: SlackRefused("chat.method", code), *methods, times=times)


def fail(make: Callable[[], InterlockError], *methods: str, times: int = 10**9) -> Callable[[str, str], None]:
    """Fail these methods so often."""
    left = times

    def trouble(method: str, _about: str) -> None:
        nonlocal left
        if method in methods and left > 0:
            left -= 1
            raise make()

    return trouble


async def test_a_message_its_thread_and_its_files(desk: Desk) -> None:
    """Parent first, then what goes under it, each file after its message."""
    desk.say("run", "run 1")
    desk.say("card", "card", under="run", files=("plan.diff", "more.txt"))
    desk.say("apply", "applying", under="run", broadcast=True)
    assert await desk.heard(3) == [
        "post C1 run 1",
        "post C1/1 card",
        "upload C1/1 plan.diff",
        "upload C1/1 more.txt",
        "post C1/1 broadcast applying",
    ]
    assert all(row.settled for row in desk.post.rows.values())


async def test_words_from_a_foreign_thread_are_answered_there(desk: Desk) -> None:
    """A thread that is not ours is named by its time stamp."""
    desk.say("answer", "hello", thread_ts="77.1")
    assert await desk.heard() == ["post C1/77.1 hello"]


async def test_only_the_newest_words_are_said(desk: Desk) -> None:
    """Twenty edits in three seconds are one edit."""
    desk.say("run", "0", Urgency.PROGRESS)
    await desk.heard()
    for index in range(1, 21):
        desk.say("run", str(index), Urgency.PROGRESS)
        await desk.heard(0.1)
    assert await desk.heard(5) == ["post C1 0", "edit C1 1 20"]


async def test_a_decision_jumps_the_gap(desk: Desk) -> None:
    """A state change is shown at once."""
    desk.say("run", "planning", Urgency.PROGRESS)
    await desk.heard()
    desk.say("run", "waiting", Urgency.DECISION)
    assert await desk.heard() == ["post C1 planning", "edit C1 1 waiting"]


async def test_one_second_between_messages_of_a_channel(desk: Desk) -> None:
    """Three at once, then one a second; another channel waits for nobody."""
    for index in range(6):
        desk.say(f"k{index}", str(index))
    desk.say("other", "elsewhere", channel="C2")
    assert await desk.heard() == ["post C1 0", "post C2 elsewhere", "post C1 1", "post C1 2"]
    assert (await desk.heard(0.5))[4:] == []
    assert (await desk.heard(0.6))[4:] == ["post C1 3"]
    assert (await desk.heard(2))[4:] == ["post C1 3", "post C1 4", "post C1 5"]


async def test_alerts_then_answers_then_decisions_then_progress(desk: Desk) -> None:
    """What is more urgent goes first, whatever was first said."""
    for urgency in reversed(Urgency):
        desk.say(urgency.name, urgency.name, urgency)
    assert await desk.heard(5) == ["post C1 ALERT", "post C1 ANSWER", "post C1 DECISION", "post C1 PROGRESS"]


async def test_a_slow_channel_delays_nobody_else(desk: Desk) -> None:
    """Each channel has its own lane."""
    desk.thread.slow["C1"] = asyncio.Event()
    desk.say("a", "stuck")
    desk.say("b", "free", channel="C2")
    desk.say("c", "private", Urgency.ANSWER, only_for=ANA, response_url="https://r")
    assert sorted(await desk.heard(5)) == ["post C2 free", "respond https://r private"]
    desk.thread.slow["C1"].set()
    assert "post C1 stuck" in await desk.heard()


async def test_a_backlog_hides_nobody(desk: Desk) -> None:
    """A thousand rows before it do not starve another channel."""
    for index in range(1_200):
        desk.say(f"k{index}", str(index), Urgency.ALERT)
    desk.say("other", "elsewhere", Urgency.PROGRESS, channel="C2")
    assert "post C2 elsewhere" in await desk.heard()


async def test_429_pauses_that_method_and_no_other(desk: Desk) -> None:
    """Edits wait as long as Slack says; posts go on."""
    desk.say("run", "one")
    await desk.heard(10)
    desk.thread.trouble = fail(lambda: SlackThrottled(30), "edit", times=1)
    desk.say("run", "two")
    await desk.heard()
    desk.say("new", "new")
    assert await desk.heard(29) == ["post C1 one", "post C1 new"]
    assert await desk.heard(2) == ["post C1 one", "post C1 new", "edit C1 1 two"]
    assert desk.post.rows["run"].attempts == 0


async def test_an_outage_loses_and_reorders_nothing(desk: Desk) -> None:
    """After ten minutes without Slack everything comes, in its order."""
    desk.thread.trouble = fail(lambda: SlackUnreachable("down"), "post", "edit", "upload")
    desk.say("run", "run")
    for index in range(5):
        desk.say(f"t{index}", str(index), under="run", files=(f"{index}.txt",) if index == 2 else ())
    desk.say("other", "elsewhere", channel="C2")
    assert await desk.heard(600) == []
    desk.thread.trouble = lambda _method, _about: None
    heard = await desk.heard(70)
    root = next(line for line in desk.thread.messages if desk.thread.messages[line].text == "run")
    assert [line for line in heard if "C1" in line] == [
        "post C1 run",
        f"post C1/{root} 0",
        f"post C1/{root} 1",
        f"post C1/{root} 2",
        f"upload C1/{root} 2.txt",
        f"post C1/{root} 3",
        f"post C1/{root} 4",
    ]
    assert "post C2 elsewhere" in heard


async def test_back_off_grows_to_a_minute(desk: Desk) -> None:
    """An unreachable Slack is asked ever less often, and at least once a minute."""
    calls = []

    def trouble(_method: str, _about: str) -> None:
        calls.append(desk.clock.now())
        msg = "down"
        raise SlackUnreachable(msg)

    desk.thread.trouble = trouble
    desk.say("run", "run")
    await desk.heard(400)
    gaps = [round((later - earlier).total_seconds()) for earlier, later in pairwise(calls)]
    assert gaps[:8] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("code", ["internal_error", "service_unavailable"])
async def test_slacks_own_trouble_is_waited_out(desk: Desk, code: str) -> None:
    """It is no refusal of this message."""
    desk.thread.trouble = refuse(code, "post", times=3)
    desk.say("run", "run")
    assert await desk.heard(10) == ["post C1 run"]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_refused_layout_is_said_plainly_once(desk: Desk, code: str) -> None:
    """The words get through without their layout."""
    desk.thread.trouble = refuse(code, "post", times=1)
    desk.say("run", "run", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))
    assert await desk.heard() == ["post C1 run\nhello\n(Slack refused the layout of this message.)"]
    assert desk.thread.messages["1"].blocks == ()
    assert desk.post.rows["run"].settled


async def test_refused_even_plainly(desk: Desk) -> None:
    """It is given up, and the next one goes on."""
    desk.thread.trouble = refuse("msg_too_long", "post", times=2)
    desk.say("bad", "bad")
    desk.say("good", "good")
    assert await desk.heard(2) == ["post C1 good"]
    assert desk.post.rows["bad"].settled


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_an_edit_out_of_reach_is_given_up(
    desk: Desk, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With a log line, and once only."""
    desk.say("run", "one")
    await desk.heard(5)
    desk.thread.trouble = refuse(code, "edit")
    desk.say("run", "two")
    with caplog.at_level(logging.ERROR):
        await desk.heard(600)
    assert desk.post.rows["run"].settled
    assert [record.message for record in caplog.records] == ["outbox.given_up"]


async def test_a_closed_place(desk: Desk) -> None:
    """An alert is tried for ever, everything else a few times."""
    desk.thread.trouble = refuse("channel_not_found", "post")
    desk.say("alert", "alert", Urgency.ALERT, channel="C9")
    desk.say("card", "card", channel="C9")
    await desk.heard(3_000)
    assert desk.post.rows["card"].settled
    assert not desk.post.rows["alert"].settled
    desk.thread.trouble = lambda _method, _about: None
    assert await desk.heard(301) == ["post C9 alert"]


async def test_a_dead_token_loses_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Loud in the log, patient with the rows."""
    desk.thread.trouble = refuse("token_revoked", "post")
    desk.say("run", "run")
    with caplog.at_level(logging.ERROR):
        await desk.heard(3_600)
    assert {record.message for record in caplog.records} == {"outbox.token_refused"}
    assert 30 <= len(caplog.records) <= 70
    desk.thread.trouble = lambda _method, _about: None
    assert await desk.heard(61) == ["post C1 run"]


async def test_a_private_answer_goes_by_its_address(desk: Desk) -> None:
    """The address first; nothing goes to the channel."""
    desk.say("a", "no", Urgency.ANSWER, only_for=ANA, response_url="https://r")
    assert await desk.heard() == ["respond https://r no"]
    assert desk.post.rows["a"].settled


@pytest.mark.parametrize(
    "error", [SlackRefused("response_url", "http_404"), SlackUnreachable("x"), SlackThrottled(9)], ids=str
)
async def test_a_private_answer_takes_the_detour(desk: Desk, error: InterlockError) -> None:
    """Where the address does not work, the person is told in the channel, in the thread they spoke in."""
    desk.thread.trouble = fail(lambda: error, "respond")
    desk.say("a", "no", Urgency.ANSWER, only_for=ANA, response_url="https://r", thread_ts="5.5")
    desk.say("b", "nor", Urgency.ANSWER, only_for=UserId("U0BEN"))
    assert await desk.heard() == ["whisper C1/5.5 U0ANA no", "whisper C1 U0BEN nor"]


async def test_a_private_answer_dies_after_ten_minutes(desk: Desk) -> None:
    """Too late it would answer nothing."""
    desk.thread.trouble = fail(lambda: SlackUnreachable("down"), "respond", "whisper")
    desk.say("a", "no", Urgency.ANSWER, only_for=ANA, response_url="https://r")
    await desk.heard(700)
    desk.thread.trouble = lambda _method, _about: None
    assert await desk.heard(60) == []
    assert desk.post.rows["a"].settled


async def test_a_file_that_slack_refuses(desk: Desk) -> None:
    """Three times, then its beginning is shown as text."""
    desk.thread.trouble = refuse("posting_to_channel_denied", "upload")
    desk.say("card", "card", files=("plan.diff",))
    heard = await desk.heard(30)
    assert heard[0] == "post C1 card"
    assert heard[-1].startswith("post C1/1 Slack did not take the file `plan.diff`.")
    assert len(heard) == 2
    assert desk.post.rows["card"].settled


async def test_files_wait_without_editing_again(desk: Desk) -> None:
    """A throttled upload comes later, alone, and a decision does not wait for it."""
    desk.thread.trouble = fail(lambda: SlackThrottled(20), "upload", times=1)
    desk.say("run", "run")
    desk.say("card", "card", under="run", files=("plan.diff",))
    await desk.heard()
    desk.say("next", "next", under="run")
    assert await desk.heard(25) == [
        "post C1 run",
        "post C1/1 card",
        "post C1/1 next",
        "upload C1/1 plan.diff",
    ]


async def test_files_are_not_sent_twice(desk: Desk) -> None:
    """An edit of a card leaves its file alone."""
    desk.say("card", "card", files=("plan.diff",))
    await desk.heard(5)
    desk.say("card", "approved", files=("plan.diff",))
    assert await desk.heard(5) == ["post C1 card", "upload C1/1 plan.diff", "edit C1 1 approved"]


async def test_rows_that_stumble_make_no_second_message(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Slack has taken is ticked off later, not said again."""
    sent, left = desk.post.sent, 3

    async def stumble(key: str, version: int, ts: MessageTs | None) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            msg = "database is locked"
            raise OSError(msg)
        await sent(key, version, ts)

    monkeypatch.setattr(desk.post, "sent", stumble)
    desk.say("run", "run")
    assert await desk.heard(20) == ["post C1 run"]
    assert desk.post.rows["run"].settled


@pytest.mark.parametrize(
    ("trouble", "traces"),
    [
        pytest.param(JournalBroken("no connection"), False, id="away"),
        pytest.param(OSError("no connection"), True, id="worse"),
    ],
)
async def test_a_database_that_is_away(
    trouble: Exception,
    traces: bool,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The worker outlives it, and says so once a second without a trace, for it may take long."""
    unsent, left = desk.post.unsent, 3

    async def stumble(limit: int) -> object:
        nonlocal left
        left -= 1
        if left >= 0:
            raise trouble
        return await unsent(limit)

    monkeypatch.setattr(desk.post, "unsent", stumble)
    desk.say("run", "run")
    assert await desk.heard(10) == ["post C1 run"]
    assert [bool(record.exc_info) for record in caplog.records] == [traces] * 3


async def test_what_is_in_the_air_lands() -> None:
    """Stopped in the middle of a call, the worker waits for its answer and ticks it off."""
    desk = Desk()
    desk.thread.slow["C1"] = asyncio.Event()
    work = asyncio.create_task(desk.outbox.run())
    desk.say("run", "run")
    await desk.heard()
    work.cancel()
    await desk.heard()
    desk.thread.slow["C1"].set()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    assert desk.thread.transcript == ["post C1 run"]
    assert desk.post.rows["run"].settled
