"""VERIFY: checks in order, each until it passes or its attempts are used up."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.estate import CheckSettings, Estate
from bot.domain.report import Verdict
from bot.domain.run import Outcome, Run
from bot.domain.value import RunId
from runners.kit import Kit
from runners.steps import Go, Halt
from runners.steps.verify import Verify
from tests.fakes.clock import FakeClock
from tests.fakes.town import Bells, person

Answers = list[tuple[Verdict, str]]
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


@pytest.fixture
def verify(kit: Kit, estate_with: Callable[..., Estate]) -> Callable[[Answers], Verify]:
    """Two checks, with three attempts each where nothing else is said, which answer as given."""

    def make(answers: Answers, attempts: int = 3, stable_for: int = 1) -> Verify:
        settings = CheckSettings(
            kind="scripted", attempts=attempts, every=timedelta(seconds=5), stable_for=stable_for
        )
        kit.checks["scripted"].answers = answers  # type: ignore[attr-defined]
        return Verify(replace(kit, estate=estate_with(verify=(settings, settings))))

    return make


async def walk(step: Verify, run: Run, clock: FakeClock) -> Go | Halt:
    """Let it work while time goes by."""
    task = asyncio.create_task(step.do(run))
    while not task.done():
        await asyncio.sleep(0.005)
        await clock.advance(1)
    return task.result()


@pytest.mark.parametrize(
    ("answers", "expected", "attempts"),
    [
        pytest.param([(PASS, ""), (PASS, "")], "go", [1, 1], id="both at once"),
        pytest.param([(FAIL, ""), (UNKNOWN, ""), (PASS, ""), (PASS, "")], "go", [3, 1], id="at the third"),
        pytest.param([(FAIL, "503")] * 3, Outcome.FAILED, [3], id="never; the second is not asked"),
        pytest.param([(PASS, ""), *[(UNKNOWN, "no answer")] * 3], Outcome.UNKNOWN, [1, 3], id="not known"),
        pytest.param([(FAIL, ""), (FAIL, ""), (UNKNOWN, "")], Outcome.UNKNOWN, [3], id="the last stands"),
    ],
)
async def test_checks_decide(
    verify: Callable[[Answers], Verify],
    run: Run,
    clock: FakeClock,
    answers: Answers,
    expected: str,
    attempts: list[int],
) -> None:
    """UNKNOWN is as little a pass as FAIL, and every result is a row."""
    step = verify(answers)
    said = await walk(step, run, clock)
    assert (said.outcome if isinstance(said, Halt) else said.kind) == expected
    report = await step.kit.journal.report(run.id, clock.now())
    assert [check.attempts for check in report.checks] == attempts


@pytest.mark.parametrize(
    ("answers", "expected", "detail", "attempts"),
    [
        pytest.param([(PASS, "")] * 3, "go", "", 3, id="three in a row"),
        pytest.param([(FAIL, "503"), (PASS, ""), (UNKNOWN, ""), *[(PASS, "")] * 3], "go", "", 6, id="from the fourth on"),
        pytest.param([(PASS, ""), (FAIL, "503")] * 4, Outcome.FAILED, "503", 8, id="never three"),
        pytest.param([*[(FAIL, "503")] * 6, (PASS, ""), (PASS, "")], Outcome.FAILED, "passed only 2 of 3 times in a row; 503", 8, id="too late"),
        pytest.param([*[(FAIL, "503")] * 5, (UNKNOWN, "no answer"), (PASS, ""), (PASS, "")], Outcome.UNKNOWN, "passed only 2 of 3 times in a row; no answer", 8, id="too late after nobody knew"),
    ],
)  # fmt: skip
async def test_passing_for_a_while(
    verify: Callable[..., Verify],
    run: Run,
    clock: FakeClock,
    answers: Answers,
    expected: str,
    detail: str,
    attempts: int,
) -> None:
    """Six attempts, and two more looks, for three passes in a row."""
    step = verify([*answers, *[(PASS, "")] * 3], attempts=6, stable_for=3)
    said = await walk(step, run, clock)
    assert (said.outcome if isinstance(said, Halt) else said.kind) == expected
    check = (await step.kit.journal.report(run.id, clock.now())).checks[0]
    assert (check.detail, check.attempts) == (detail, attempts)


async def test_a_wish_to_stop_is_looked_at_between_checks(
    verify: Callable[[Answers], Verify], run: Run, clock: FakeClock
) -> None:
    """What was applied stays applied, and that is said."""
    step = verify([(PASS, "")])
    await step.kit.journal.request_stop(run.id, person("ben"), clock.now())
    said = await walk(step, run, clock)
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.CANCELLED
    assert "stays applied" in said.text


async def test_a_wish_to_stop_is_heard_between_attempts(
    verify: Callable[..., Verify], run: Run, clock: FakeClock
) -> None:
    """It ends there and then, and what the check had said so far is no verdict."""
    step = verify([(FAIL, "503"), (PASS, "")], attempts=1000)
    began = clock.now()
    journal = step.kit.journal

    class Ringing(Bells):
        """An engine in which somebody cancels two seconds into the first pause."""

        async def rung(self, run: RunId, seconds: float) -> None:
            assert seconds == 5
            await clock.advance(2)
            await journal.request_stop(run, person("ben"), clock.now())

    said = await Verify(replace(step.kit, engine=Ringing())).do(run)
    assert isinstance(said, Halt)
    assert (said.outcome, clock.now() - began) == (Outcome.CANCELLED, timedelta(seconds=2))
    checks = (await journal.report(run.id, clock.now())).checks
    assert [(check.verdict, check.attempts) for check in checks] == [(UNKNOWN, 1)]
    assert checks[0].detail == "asked no further, because somebody stopped the run; 503"


async def test_a_ring_for_something_else_shortens_no_pause(
    verify: Callable[..., Verify], run: Run, clock: FakeClock
) -> None:
    """Whoever votes meanwhile does not make it ask sooner."""
    step = verify([(FAIL, "503"), (PASS, ""), (PASS, "")])
    waits: list[float] = []

    class Ringing(Bells):
        """An engine that is rung for each second."""

        async def rung(self, run: RunId, seconds: float) -> None:
            waits.append(seconds)
            await clock.advance(1)

    assert await Verify(replace(step.kit, engine=Ringing())).do(run) == Go()
    assert waits == [5, 4, 3, 2, 1]


async def test_without_checks_there_is_nothing_to_ask(kit: Kit, run: Run) -> None:
    """An environment without checks goes straight on."""
    assert await Verify(kit).do(run) == Go()


async def test_checks_that_fell_out_of_the_estate_are_missed(
    kit: Kit, run: Run, estate_with: Callable[..., Estate]
) -> None:
    """Where the estate changed during the run, having nothing to ask is no pass."""
    changed = estate_with().model_copy(update={"digest": "another"})
    said = await Verify(replace(kit, estate=changed)).do(run)
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.UNKNOWN
