"""Whether going back would work: the checks of the old colour and its targets, and nothing left in the run's rows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.errors import TrafficBroken
from bot.domain.estate import CheckSettings, Estate, Service, SwitcherSettings
from bot.domain.report import Verdict
from bot.domain.run import DEPLOY, SWITCH, Outcome, Run, Switching
from bot.domain.traffic import Exposure, Health, Seen, Shift, ShiftState, Weights
from bot.domain.value import EnvironmentName, PlanDigest
from bot.journal import NewRun
from bot.store import Store
from runners import soundness
from runners.kit import Kit
from runners.traffic import Switcher
from tests.fakes.clock import FakeClock
from tests.fakes.leases import lease
from tests.fakes.town import DEPLOYS, NOON, person
from tests.runners.steps.conftest import Scripted

STAGING = EnvironmentName("staging")
WELL, ILL = (Verdict.PASS, "200"), (Verdict.FAIL, "503, wanted 200")


class Stacks(Switcher):
    """A switcher whose stacks are as well as its settings say."""

    class Settings(SwitcherSettings):
        """How many targets of blue answer; -1 where nobody can say, -2 where there is nothing to count."""

        healthy: int = -2

    gradual = True

    @property
    def place(self) -> str:
        return "here"

    async def look(self) -> Seen:
        healthy = self.settings.settings["healthy"]
        if healthy == -1:
            msg = "nobody answers"
            raise TrafficBroken(msg)
        blue = None if healthy == -2 else Health(healthy=healthy, total=2, why="" if healthy else "draining")
        return Seen(weights=Weights(blue=0, green=100), blue=blue)

    async def shift(self, expected: Weights, to: Weights, *, back: bool = False) -> Weights:
        raise AssertionError


def service(name: str, checks: int = 1, healthy: int = -2) -> Service:
    wanted = CheckSettings(kind="scripted", attempts=1)
    return Service(
        name=name,
        exposure=Exposure.PUBLIC,
        traffic=SwitcherSettings(kind="stacks", healthy=healthy),
        verify=(wanted,) * checks,
    )


@pytest.fixture
async def run(journal: Store) -> Run:
    """Give a switch to green."""
    new = NewRun(
        environment=STAGING,
        by=person("ana"),
        channel=DEPLOYS,
        ref="green",
        recipe=SWITCH,
        switch=Switching(colour=Colour.GREEN),
        asked="asked",
    )
    return await journal.begin(new, NOON)


@pytest.fixture
def looking(
    kit: Kit, estate_with: Callable[..., Estate], run: Run, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Give a look at a lease of *services*, whose checks answer one after the other."""

    async def look(services: tuple[Service, ...], *answers: tuple[Verdict, str], names: Any = None) -> Any:
        monkeypatch.setattr(Scripted, "answers", [*answers], raising=False)
        made = replace(
            kit,
            estate=estate_with(services=services),
            switchers={"stacks": Stacks},
        )
        kept = lease(run=run.id, environment=STAGING, services=names or tuple(one.name for one in services))
        found = await soundness.look(made, kept)
        return [(report.title, report.verdict, report.detail) for report in found]

    return look


def spoken(found: list[tuple[str, Verdict, str]]) -> Mapping[str, Verdict]:
    return {title: verdict for title, verdict, _ in found}


async def test_every_check_of_every_service(looking: Callable[..., Any], journal: Store, run: Run) -> None:
    """Each is asked of the old colour; one that is bad hinders no other; the run's rows know nothing of it."""
    found = await looking((service("admin"), service("store", 2)), WELL, ILL, WELL)
    assert found == [
        ("admin blue: scripted the world", Verdict.PASS, "200"),
        ("store blue: scripted the world", Verdict.FAIL, "503, wanted 200"),
        ("store blue: scripted the world", Verdict.PASS, "200"),
    ]
    assert not (await journal.report(run.id, FakeClock().now())).checks


@pytest.mark.parametrize(
    ("healthy", "verdict", "detail"),
    [
        pytest.param(2, Verdict.PASS, "2 of 2 healthy", id="all"),
        pytest.param(1, Verdict.PASS, "1 of 2 healthy", id="one"),
        pytest.param(0, Verdict.FAIL, "0 of 2 healthy (draining)", id="none"),
        pytest.param(-1, Verdict.UNKNOWN, "nobody answers", id="nobody can say"),
    ],
)
async def test_who_would_answer(
    looking: Callable[..., Any], healthy: int, verdict: Verdict, detail: str
) -> None:
    """A colour without a healthy target takes no traffic."""
    assert await looking((service("store", 0, healthy),)) == [("store blue: targets", verdict, detail)]


async def test_nothing_to_ask(looking: Callable[..., Any]) -> None:
    """Where the estate has no checks and the switcher nothing to count, nothing is said."""
    assert await looking((service("store", 0),)) == []


async def test_a_service_that_the_estate_has_lost(looking: Callable[..., Any]) -> None:
    """Nobody can say then."""
    found = await looking((service("store"),), names=("store", "gone"))
    assert spoken(found) == {"a look at blue": Verdict.UNKNOWN}
    assert "gone" in found[0][2]


async def test_a_check_that_takes_for_ever(
    looking: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look ends, whatever it looks at."""
    monkeypatch.setattr(soundness, "PATIENCE", 0.05)
    # Its second attempt is ten seconds away, on a clock that stands still.
    settings = service("store").verify[0].model_copy(update={"attempts": 2})
    found = await looking((service("store").model_copy(update={"verify": (settings,)}),), ILL, WELL)
    assert found == [("a look at blue", Verdict.UNKNOWN, "no answer within 0.05 s")]


async def test_something_was_deployed_since(looking: Callable[..., Any], journal: Store, run: Run) -> None:
    """Whether the old colour is still what it was, its own checks cannot say; so nobody knows."""
    await journal.end(run.id, Outcome.DONE, "", None, NOON)
    new = NewRun(environment=STAGING, by=person("ana"), channel=DEPLOYS, ref="main", recipe=DEPLOY, asked="2")
    later = await journal.begin(new, NOON)
    assert await journal.claim(later.id, PlanDigest("d" * 64), NOON)
    await journal.end(later.id, Outcome.DONE, "", None, NOON + timedelta(days=30))
    # Other traffic that moved after it makes nothing good of it.
    other = await journal.begin(
        new.model_copy(
            update={
                "recipe": SWITCH,
                "switch": Switching(colour=Colour.GREEN, services=("jobs",)),
                "asked": "3",
            }
        ),
        NOON,
    )
    weights = Weights(blue=100, green=0)
    shift = Shift(
        index=0, move=0, service="jobs", before=weights, after=weights, state=ShiftState.DONE, at=NOON
    )
    assert await journal.shifting(other.id, shift)
    await journal.end(other.id, Outcome.DONE, "", None, NOON + timedelta(days=31))
    doubt = f"run {later.id} was applied since, and may have put something else there"
    assert await looking((service("admin"),), WELL) == [
        ("what blue is", Verdict.UNKNOWN, doubt),
        ("admin blue: scripted the world", Verdict.PASS, "200"),
    ]
