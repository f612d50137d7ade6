import asyncio
from pathlib import Path

from bot.playground.delivery import Answer, Kind, Retry
from bot.playground.diary import Diary
from bot.playground.mail import Mail
from bot.playground.things import Json


class Scripted:
    """A way to an app that answers as it was told to."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.heard: list[Retry | None] = []
        self.there = asyncio.Event()

    async def deliver(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        assert (kind, payload["event_id"]) == (Kind.EVENT, "Ev1")
        self.heard.append(retry)
        return self.answers.pop(0)

    async def open(self) -> None:
        await self.there.wait()


FAILED = Answer(error="operation_timeout")


async def test_repeated_until_acknowledged() -> None:
    """Numbers count up; the reason is what went wrong before."""
    line = Scripted(FAILED, Answer(error="dispatch_failed", reason="http_error"), Answer())
    mail = Mail(line, Diary(None), 0)
    mail.send({"event_id": "Ev1"})
    await mail.settled()
    assert line.heard == [None, Retry(attempt=1, reason="timeout"), Retry(attempt=2, reason="http_error")]


async def test_given_up_after_three_repetitions() -> None:
    """The app can have lost it; that is why it must not depend on it."""
    line = Scripted(FAILED, FAILED, FAILED, FAILED)
    mail = Mail(line, Diary(None), 0)
    mail.send({"event_id": "Ev1"})
    await mail.settled()
    assert len(line.heard) == 4


async def test_left_over_from_last_time(tmp_path: Path) -> None:
    """What was under way at the end is a repetition at the next beginning, once there is somebody."""
    diary = Diary(tmp_path)
    before = Mail(Scripted(FAILED, FAILED), diary, 1)
    before.send({"event_id": "Ev1"})
    await asyncio.sleep(0.01)
    await before.close()
    line = Scripted(Answer())
    after = Mail(line, diary, 0)
    after.resume()
    await asyncio.sleep(0)
    assert line.heard == []
    line.there.set()
    await after.settled()
    assert line.heard == [Retry(attempt=1, reason="timeout")]
    last = Scripted()
    Mail(last, diary, 0).resume()
    await asyncio.sleep(0)
    assert last.heard == []
    diary.close()
