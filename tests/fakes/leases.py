"""Switches and what they leave behind, as the tests need them."""

from datetime import timedelta
from typing import Any

from bot.domain.colour import Colour
from bot.domain.lease import Lease
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.report import CheckReport, Verdict
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, SWITCH, SWITCH_BACK, Outcome, Run, StepName, Switching
from bot.domain.traffic import Exposure, Move, Shift, ShiftState, Weights
from bot.domain.value import Commit, EnvironmentName, PlanDigest, RunId
from bot.journal import Binding, Journal, NewRun
from tests.fakes.town import DEPLOYS, NOON, person

HOUR = timedelta(hours=1)
PROD = EnvironmentName("prod")


def lease(**differs: Any) -> Lease:
    """Run 3 left blue of admin and store behind at noon, for a day."""
    usual = Lease(
        run=RunId(3),
        environment=PROD,
        channel=DEPLOYS,
        colour=Colour.BLUE,
        services=("admin", "store"),
        began_at=NOON,
        until=NOON + 24 * HOUR,
    )
    return usual.model_copy(update=differs)


def switch(number: int, *, back: int | None = None, **differs: Any) -> Run:
    """A switch to green that ended well at one o'clock, or the way back of an earlier one."""
    usual = Run(
        id=RunId(number),
        environment=PROD,
        by=person("ben"),
        channel=DEPLOYS,
        ref="blue" if back else "green",
        recipe=SWITCH_BACK if back else SWITCH,
        switch=Switching(colour=Colour.BLUE if back else Colour.GREEN, back=RunId(back) if back else None),
        began_at=NOON,
        ended_at=NOON + HOUR,
        outcome=Outcome.DONE,
    )
    return usual.model_copy(update=differs)


def under_way(number: int, stage: StepName, **differs: Any) -> Run:
    """The same, which has not ended."""
    return switch(number, **differs).model_copy(update={"ended_at": None, "outcome": None, "stage": stage})


def check(verdict: Verdict, detail: str = "503, wanted 200") -> CheckReport:
    """What one check said of blue's store."""
    return CheckReport(
        index=0, kind="http", title="store blue: http", verdict=verdict, detail=detail, attempts=1, seconds=0
    )


OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)


async def begun(store: Journal, back: RunId | None = None, *, deploy: bool = False, **differs: Any) -> Run:
    colour = Colour.BLUE if back else Colour.GREEN
    new = NewRun(
        environment=PROD,
        by=person("ana"),
        channel=DEPLOYS,
        ref=colour,
        recipe=DEPLOY if deploy else SWITCH_BACK if back else SWITCH,
        switch=None if deploy else Switching(colour=colour, back=back),
        asked=f"asked:{len(await store.record())}",
    )
    return await store.begin(new.model_copy(update=differs), NOON)


async def moved(
    store: Journal, run: Run, *services: str, made: int | None = None, returned: bool = False
) -> None:
    """List a move of each service, and make so many of them, else all."""
    assert run.switch is not None
    forth = (OLD, NEW) if run.switch.colour is Colour.GREEN else (NEW, OLD)
    moves = tuple(
        Move(service=name, exposure=Exposure.PUBLIC, before=forth[0], after=forth[1], whole=True)
        for name in services
    )
    digest = PlanDigest(f"{run.id:064d}")
    bound = Binding(
        run=run.id,
        plan=Plan(digest=digest, terraform_version="", changes=(), counts=Counts()),
        file="",
        diff="",
        commit=Commit("0" * 40),
        estate="",
        change_class=ChangeClass.HIGH_RISK,
        ask=Ask(votes=0, of=(), reasons=()),
        moves=moves,
    )
    await store.planned(bound, NOON)
    places: list[int | None] = [*range(len(moves) if made is None else made)]
    for index, place in enumerate([*places, *([None] if returned else [])]):
        shift = Shift(
            index=index,
            move=place,
            service=services[place or 0],
            before=forth[0],
            after=forth[1],
            state=ShiftState.DONE,
            at=NOON,
        )
        assert await store.shifting(run.id, shift)


async def over(
    store: Journal, *services: str, outcome: Outcome = Outcome.DONE, back: RunId | None = None, **how: Any
) -> RunId:
    """Switch, and end after an hour."""
    run = await begun(store, back)
    await moved(store, run, *services, **how)
    await store.end(run.id, outcome, "", None, NOON + HOUR)
    return run.id
