"""BAKE: evidence is counted, bad evidence ends it early, and none is never a pass."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.estate import BakeSettings, Estate, WatchSettings
from bot.domain.report import BakeReport, Evidence, Sample, Side
from bot.domain.run import Outcome, Run
from runners import watching
from runners.kit import Kit
from runners.steps import Go, Halt, Said
from runners.steps.bake import Bake
from tests.fakes.clock import FakeClock
from tests.fakes.town import Bells, person

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD = Evidence(metric="error_rate", requests=50, errors=0, requests_total=50, errors_total=0)
BAD = Evidence(metric="error_rate", requests=50, errors=30, requests_total=50, errors_total=30)
NOTHING = Evidence(metric="error_rate", missing="connection refused")


class Patient(Bells):
    """An engine that lets time fly for whoever waits, as far as it is told."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        #: Nobody gets beyond this moment.
        self.until = NOON + timedelta(days=1)
        self.there = asyncio.Event()

    async def rung(self, run: object, seconds: float) -> None:
        if self._clock.now() + timedelta(seconds=seconds) > self.until:
            self.there.set()
            await asyncio.Event().wait()
        await self._clock.advance(max(0.0, seconds))


@pytest.fixture
def bake(kit: Kit, clock: FakeClock, estate_with: Callable[..., Estate]) -> Callable[[list[Evidence]], Bake]:
    """Ten seconds with a look every two, which sees what is given."""

    def make(answers: list[Evidence]) -> Bake:
        watch = WatchSettings(kind="counted", metric="error_rate", at_most=0.05)
        settings = BakeSettings(
            **{"for": timedelta(seconds=10)}, every=timedelta(seconds=2), min_requests=100, watch=(watch,)
        )
        kit.metrics["counted"].answers = answers  # type: ignore[attr-defined]
        return Bake(replace(kit, engine=Patient(clock), estate=estate_with(bake=settings)))

    return make


async def walk(step: Bake, run: Run) -> Said:
    """Let it work while time goes by."""
    return await asyncio.wait_for(step.do(run), 10)


@pytest.mark.parametrize(
    ("answers", "expected", "looks"),
    [
        pytest.param([GOOD] * 6, "go", 5, id="good to the end"),
        pytest.param([GOOD, BAD, BAD], Outcome.FAILED, 2, id="bad at the second look"),
        pytest.param([NOTHING] * 11, Outcome.UNKNOWN, 10, id="nothing was ever seen, in twice the time"),
        pytest.param([GOOD, *[NOTHING] * 10], Outcome.UNKNOWN, 10, id="too little was seen"),
        pytest.param([GOOD, *[NOTHING] * 6, GOOD, GOOD], "go", 8, id="enough was seen at last"),
    ],
)
async def test_evidence_decides(
    bake: Callable[[list[Evidence]], Bake],
    run: Run,
    clock: FakeClock,
    answers: list[Evidence],
    expected: str,
    looks: int,
) -> None:
    """Only enough good evidence to the very end is a pass; every look is a row."""
    step = bake(answers)
    said = await walk(step, run)
    assert (said.outcome if isinstance(said, Halt) else said.kind) == expected
    report = await step.kit.journal.report(run.id, clock.now())
    assert report.bake is not None
    assert len(report.bake.samples) == looks


async def test_it_goes_on_after_a_crash(
    bake: Callable[[list[Evidence]], Bake], run: Run, clock: FakeClock
) -> None:
    """Samples are kept, the end stays where it was, and the gap is no evidence."""
    step = bake([GOOD, GOOD])
    patient = step.kit.engine
    assert isinstance(patient, Patient)
    patient.until = NOON + timedelta(seconds=5)
    first = asyncio.create_task(step.do(run))
    await asyncio.wait_for(patient.there.wait(), 10)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    before = (await step.kit.journal.report(run.id, clock.now())).bake
    assert before is not None
    await clock.advance(1)
    said = await walk(bake([GOOD] * 4), run)
    after = (await step.kit.journal.report(run.id, clock.now())).bake
    assert isinstance(said, Go)
    assert after is not None
    assert after.until == before.until
    assert after.samples[: len(before.samples)] == before.samples


async def test_somebody_stops_it(bake: Callable[[list[Evidence]], Bake], run: Run, clock: FakeClock) -> None:
    """The watch ends; what was applied stays applied."""
    step = bake([GOOD] * 6)
    await step.kit.journal.request_stop(run.id, person("ben"), clock.now())
    said = await walk(step, run)
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.CANCELLED


async def test_without_a_bake_there_is_nothing_to_watch(kit: Kit, run: Run) -> None:
    """An environment without a bake goes straight on."""
    assert await Bake(kit).do(run) == Go()


def test_an_estate_that_changed_under_the_bake() -> None:
    """What another metric counted, or none, is not what this one counted before."""
    sample = Sample(index=0, at=NOON, evidence=(GOOD,))
    report = BakeReport(began_at=NOON, until=NOON, samples=(sample,))
    asked = [(0, "error_rate"), (0, "latency_p99"), (1, "error_rate")]
    seen = [watching.previous(report, place, metric, Side.CANDIDATE) for place, metric in asked]
    assert seen == [GOOD, None, None]
    assert watching.previous(report, 0, "error_rate", Side.BASELINE) is None


async def test_an_emergency_is_watched_twice_as_long(
    bake: Callable[[list[Evidence]], Bake], run: Run, clock: FakeClock
) -> None:
    """As the plan was bound, whatever the estate says by then."""
    step = bake([GOOD] * 20)
    bound = await step.kit.bound(run)
    ask = bound.ask.model_copy(update={"double_bake": True})
    await clock.advance(1)
    await step.kit.journal.planned(bound.model_copy(update={"ask": ask}), clock.now())
    began = clock.now()
    assert isinstance(await walk(step, run), Go)
    report = await step.kit.journal.report(run.id, clock.now())
    assert report.bake is not None
    assert report.bake.until - report.bake.began_at == timedelta(seconds=20)
    assert report.bake.samples[-1].at - began >= timedelta(seconds=20)


async def test_its_picture_is_asked_for_at_the_end(bake: Callable[[list[Evidence]], Bake], run: Run) -> None:
    """Once, after the last word on it."""
    step = bake([GOOD] * 6)
    await walk(step, run)
    # The kit of the tests tells a list.
    told = step.kit.tell.told  # type: ignore[attr-defined]
    assert told.count("chart") == 1
    assert told[-1] == "chart"
