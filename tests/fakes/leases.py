"""Switches and what they leave behind, as the tests need them."""

from datetime import timedelta
from typing import Any

from bot.domain.colour import Colour
from bot.domain.lease import Lease
from bot.domain.report import CheckReport, Verdict
from bot.domain.run import SWITCH, SWITCH_BACK, Outcome, Run, StepName, Switching
from bot.domain.value import EnvironmentName, RunId
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
