"""What is only progress is told a moment later and once; what a run needs is told at once and in order."""

import asyncio

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.run import StepName
from bot.domain.value import RunId
from bot.domain.vote import Vote
from bot.journal import Binding
from runners.later import FAREWELL, SOON, Later
from tests.fakes.clock import FakeClock, settle
from tests.fakes.reports import BEN, vote

RUN = RunId(1)


class Mouth:
    """Notes what it is told to tell, and stumbles over the database as often as it is asked to."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.broken = 0
        self.bug = False
        #: A picture is only done once this is set.
        self.drawing: asyncio.Event | None = None

    async def _tell(self, what: str) -> None:
        await asyncio.sleep(0)
        if self.broken:
            self.broken -= 1
            raise JournalBroken("away")
        if self.bug:
            self.bug = False
            raise ValueError("bug")
        self.told.append(what)

    async def status(self, run: RunId) -> None:
        await self._tell("status")

    async def voted(self, run: RunId) -> None:
        await self._tell("voted")

    async def applying(self, run: RunId) -> None:
        await self._tell("applying")

    async def verifying(self, run: RunId) -> None:
        await self._tell("verifying")

    async def baking(self, run: RunId) -> None:
        await self._tell("baking")

    async def chart(self, run: RunId) -> None:
        if self.drawing is not None:
            await self.drawing.wait()
        await self._tell("chart")

    async def override(self, run: RunId, freezes: tuple[str, ...] = ()) -> None:
        await self._tell(f"override of {', '.join(freezes)}")

    async def reverting(self, run: RunId, back: RunId) -> None:
        await self._tell(f"reverting of {back}")

    async def moving(self, run: RunId) -> None:
        await self._tell("moving")

    async def held(self, run: RunId) -> None:
        await self._tell("held")

    async def released(self, run: RunId) -> None:
        await self._tell("released")

    async def returning(self, run: RunId, why: str) -> None:
        await self._tell(f"returning because {why}")

    async def stuck(self, run: RunId, left: tuple[str, ...]) -> None:
        await self._tell(f"stuck with {len(left)}")

    async def card(self, run: RunId) -> None:
        await self._tell("card")

    async def taken_back(self, run: RunId, vote: Vote) -> None:
        await self._tell(f"taken back by {vote.voter.user}")

    async def error(self, run: RunId, step: StepName, error: Exception) -> None:
        await self._tell(f"error in {step}")

    async def replanned(self, run: RunId, old: Binding, *, carried: bool) -> None:
        await self._tell("replanned")

    async def ended(self, run: RunId) -> None:
        await self._tell("ended")


@pytest.fixture
def mouth() -> Mouth:
    """The one that really tells."""
    return Mouth()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture
def later(mouth: Mouth, clock: FakeClock) -> Later:
    """What is tested."""
    return Later(mouth, clock)


async def test_many_changes_are_told_once(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """However often a run moves on within a moment, people read of it once, and of the state last."""
    for _ in range(5):
        await later.status(RUN)
        await later.applying(RUN)
    await settle()
    assert mouth.told == []
    await clock.advance(SOON)
    assert mouth.told == ["applying", "status"]


async def test_a_vote_tells_the_status_too(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """The card and the status are one telling."""
    await later.status(RUN)
    await later.voted(RUN)
    await clock.advance(SOON)
    assert mouth.told == ["voted"]


async def test_what_changes_meanwhile_is_told_next(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """Nothing that happens after a telling is left out."""
    await later.status(RUN)
    await clock.advance(SOON)
    await later.status(RUN)
    await clock.advance(SOON)
    assert mouth.told == ["status", "status"]


async def test_the_end_comes_last(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """Whatever is due is told before the end, and nothing after it."""
    await later.status(RUN)
    await later.baking(RUN)
    await later.ended(RUN)
    await clock.advance(1)
    assert mouth.told == ["baking", "ended", "chart"]


async def test_what_a_run_needs_is_told_at_once(later: Later, mouth: Mouth) -> None:
    """Nobody can vote without a card, and an error is no progress."""
    await later.card(RUN)
    await later.error(RUN, StepName.PLAN, JournalBroken())
    await later.taken_back(RUN, vote(BEN))
    assert mouth.told == ["card", "error in plan", "taken back by U0BEN"]


async def test_an_absent_database_is_waited_for(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """Words that could not be kept are told again."""
    mouth.broken = 2
    await later.status(RUN)
    await clock.advance(5)
    assert mouth.told == ["status"]


async def test_a_bug_in_words_stops_nothing(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """A message that cannot be made is logged; the next one is told."""
    mouth.bug = True
    await later.applying(RUN)
    await later.status(RUN)
    await clock.advance(SOON)
    assert mouth.told == ["status"]


async def test_closing_waits_for_what_is_due(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """A bot that is stopped has said what it knew."""
    await later.status(RUN)
    closing = asyncio.create_task(later.close())
    await clock.advance(SOON)
    await closing
    assert mouth.told == ["status"]


async def test_closing_waits_for_no_database(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """Whoever is told to leave leaves; the next process tells what the rows say."""
    mouth.broken = 1000
    await later.status(RUN)
    closing = asyncio.create_task(later.close())
    await clock.advance(10)
    assert closing.done()
    assert mouth.told == []


async def test_nothing_waits_for_a_picture(later: Later, mouth: Mouth) -> None:
    """Neither progress nor the end; only a bot that leaves does."""
    mouth.drawing = asyncio.Event()
    await later.chart(RUN)
    await later.baking(RUN)
    await later.ended(RUN)
    assert mouth.told == ["baking", "ended"]
    closing = asyncio.create_task(later.close())
    await settle()
    assert not closing.done()
    mouth.drawing.set()
    await closing
    assert mouth.told == ["baking", "ended", "chart", "chart"]


async def test_a_picture_that_takes_too_long(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """A bot that is told to leave is gone before its supervisor loses patience, whatever is still to be drawn."""
    mouth.drawing = asyncio.Event()
    for number in range(3):
        await later.chart(RunId(number))
        await later.chart(RunId(number))
    closing = asyncio.create_task(later.close())
    await clock.advance(FAREWELL - 1)
    assert not closing.done()
    await clock.advance(1)
    await closing
    assert mouth.told == []


async def test_a_picture_is_tried_again(later: Later, mouth: Mouth, clock: FakeClock) -> None:
    """While the database is away; a bug costs the picture alone."""
    mouth.broken = 1
    await later.chart(RUN)
    await clock.advance(5)
    assert mouth.told == ["chart"]
    mouth.bug = True
    await later.chart(RUN)
    await later.status(RUN)
    await clock.advance(5)
    assert mouth.told == ["chart", "status"]


async def test_an_end_is_not_told_twice_at_once() -> None:
    """What takes a run back tells its end again, and may begin while that is told for the first time."""
    mouth, clock = Mouth(), FakeClock()
    later = Later(mouth, clock)
    async with later._turn(RUN):
        telling = asyncio.create_task(later.reverting(RunId(2), RUN))
        await settle()
        assert mouth.told == []
    await telling
    assert mouth.told == ["reverting of 1"]
