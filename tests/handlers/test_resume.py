"""`/interlock resume`: a switch goes on, and what was lacking is waited for as long again."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.report import BakeReport, Finding, Sample, Verdict
from bot.domain.request import Emergency, Wish
from bot.domain.run import StepName
from handlers.hold import Hold
from handlers.resume import Resume
from tests.fakes.yard import Journey


async def _baked(journey: Journey, verdict: Verdict, **begin: Any) -> BakeReport:
    """A rung whose bake is over, held."""
    await journey.begin(**begin)
    await journey.walk(until=StepName.SHIFT)
    now = journey.clock.now()
    bake = BakeReport(rung=0, began_at=now, until=now + timedelta(seconds=10))
    await journey.journal.bake(journey.number, bake)
    finding = Finding(verdict=verdict, final=True, reason="so it is.")
    await journey.journal.sampled(journey.number, 0, Sample(index=0, at=now, evidence=()), finding)
    await journey.journal.hold(journey.number, "because", None, now)
    await journey.clock.advance(60)
    return bake


async def _bake(journey: Journey) -> BakeReport:
    found = (await journey.report()).bake
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        pytest.param(Wish(), 10, id="as long again"),
        pytest.param(
            Wish(emergency=Emergency(ticket="INC-1", reason="fire")), 20, id="twice that in an emergency"
        ),
    ],
)
async def test_what_was_lacking_is_waited_for(journey: Journey, wish: Wish, seconds: int) -> None:
    """It is judged anew, so that it does not hold again at once."""
    await _baked(journey, Verdict.UNKNOWN, wish=wish)
    answer = await journey.say(Resume, "/interlock resume 1")
    assert answer is not None
    assert "goes on" in answer.text
    bake = await _bake(journey)
    assert (bake.finding, bake.until - journey.clock.now()) == (None, timedelta(seconds=seconds))
    assert not (await journey.run()).held


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
async def test_what_is_judged_stays_judged(journey: Journey, verdict: Verdict) -> None:
    """Nobody talks a bad bake into a good one."""
    before = await _baked(journey, verdict)
    await journey.say(Resume, "/interlock resume 1")
    bake = await _bake(journey)
    assert bake.finding is not None
    assert (bake.finding.verdict, bake.until) == (verdict, before.until)


async def test_more_time_hides_nothing_bad(journey: Journey) -> None:
    """Whatever came between the look and the row."""
    await _baked(journey, Verdict.FAIL)
    await journey.journal.longer(journey.number, 0, journey.clock.now(), journey.clock.now())
    finding = (await _bake(journey)).finding
    assert finding is not None
    assert finding.verdict is Verdict.FAIL


async def test_a_second_click(journey: Journey) -> None:
    """It says that nothing holds it."""
    await journey.begin()
    await journey.say(Hold, "/interlock hold 1")
    await journey.say(Resume, "/interlock resume 1")
    answer = await journey.say(Resume, "/interlock resume 1")
    assert answer is not None
    assert "Nothing holds run 1" in answer.text


async def test_misused(journey: Journey) -> None:
    """A number, or nothing."""
    answer = await journey.say(Resume, "/interlock resume now please")
    assert answer is not None
    assert "Name one run by its number" in answer.text
