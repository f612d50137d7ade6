"""`/switch`: which recipe a run walks, and what is refused at the door."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.estate import Estate, Service
from bot.domain.run import SWITCH, SWITCH_BY_PLAN, SWITCH_BY_PLAN_DRY_RUN, SWITCH_DRY_RUN, StepName
from bot.domain.value import EnvironmentName
from bot.kinds import SWITCHERS
from bot.store import Store
from handlers.switch import Switch
from tests.fakes.town import ESTATE, Town

STAGING, PROD = EnvironmentName("staging"), EnvironmentName("prod")


def service(name: str, kind: str, **settings: str) -> Service:
    traffic = SWITCHERS[kind].Settings.model_validate({"kind": kind, **settings})
    return Service.model_validate({"name": name, "exposure": "internal", "traffic": traffic})


SITE = service("site", "terraform_variable", variable="active_color", output="active_color")
JOBS = service("jobs", "http", url="http://127.0.0.1:9")


def estate() -> Estate:
    """Staging has a site that moves by a plan; prod has jobs beside it."""
    services = {"staging": (SITE,), "prod": (JOBS, SITE)}
    return ESTATE.model_copy(
        update={
            "environments": {
                name: ESTATE.environments[name].model_copy(update={"services": found})
                for name, found in services.items()
            }
        }
    )


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """A desk with a real store behind it."""
    store = await Store.open(sqlite_url)
    yield Town(store, estate())
    await store.close()


@pytest.mark.parametrize(
    ("said", "recipe", "services"),
    [
        pytest.param("/switch prod green --service site", SWITCH_BY_PLAN, ("site",), id="by a plan"),
        pytest.param("/switch staging green", SWITCH_BY_PLAN, ("site",), id="the only one there is"),
        pytest.param("/switch staging green --dry-run", SWITCH_BY_PLAN_DRY_RUN, ("site",), id="a look at a plan"),
        pytest.param("/switch prod green --service jobs", SWITCH, ("jobs",), id="step by step"),
        pytest.param("/switch prod green --service jobs --dry-run", SWITCH_DRY_RUN, ("jobs",), id="a look at steps"),
    ],
)  # fmt: skip
async def test_a_run_begins(
    town: Town, said: str, recipe: tuple[StepName, ...], services: tuple[str, ...]
) -> None:
    """What moves a service decides how it is switched; the row names what a plan moves."""
    assert await Switch(town.desk, {}).answer(town.spoken(said)) is None
    run = (await town.journal.open_runs())[0]
    assert run.switch is not None
    assert (run.recipe, run.switch.services, run.ref) == (recipe, services, "green")
    assert run.by_plan is (StepName.PLAN in recipe)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("/switch prod green", "/switch prod green --service site", id="two kinds"),
        pytest.param("/switch prod green --service jobs --service site", "on its own", id="both by name"),
        pytest.param("/switch staging green --steps 10,100", "leave --steps out", id="steps"),
        pytest.param("/switch staging green --service stie", "did you mean site?", id="a typo"),
    ],
)
async def test_nothing_begins(town: Town, said: str, expected: str) -> None:
    """One private answer with the words that would be right."""
    answer = await Switch(town.desk, {}).answer(town.spoken(said))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await town.journal.open_runs()


async def test_the_same_again(town: Town) -> None:
    """A service that is named and one that goes without saying are the same one."""
    await Switch(town.desk, {}).answer(town.spoken("/switch staging green"))
    answer = await Switch(town.desk, {}).answer(town.spoken("/switch staging green --service site"))
    assert answer is not None
    assert "asks for the same already" in f"{answer.text} {answer.blocks}"
