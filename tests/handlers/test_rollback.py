"""`/rollback` of a switch: at once, whatever the day is like, and looked at afterwards."""

from datetime import timedelta

import pytest

from bot.domain.colour import Colour
from bot.domain.estate import Estate, Service, SwitcherSettings
from bot.domain.lease import LeaseEnd
from bot.domain.request import Emergency, Wish
from bot.domain.run import SWITCH_BACK, Outcome, StepName, Switching
from bot.domain.traffic import Exposure
from bot.domain.value import RunId
from bot.domain.window import Freeze
from handlers.rollback import Rollback
from tests.fakes.leases import HOUR, PROD, begun, lease, over
from tests.fakes.town import ESTATE, NOON, Town, person


def _estate() -> Estate:
    stacks = SwitcherSettings(kind="http")
    services = tuple(
        Service(name=name, exposure=Exposure.PUBLIC, traffic=stacks) for name in ("admin", "store")
    )
    prod = ESTATE.environments["prod"].model_copy(update={"services": services})
    return ESTATE.model_copy(update={"environments": {**ESTATE.environments, "prod": prod}})


@pytest.fixture
async def switched(town: Town) -> Town:
    """Run 1 has left blue behind."""
    await over(town.journal, "admin", "store")
    await town.journal.lease(lease(run=RunId(1)), NOON)
    return Town(town.journal, _estate())


async def say(town: Town, said: str = "/rollback prod", by: str = "ana", key: str | None = None) -> str:
    """What the answer says; empty where the channel shows enough."""
    answer = await Rollback(town.desk, {}).answer(town.spoken(said, by, key=key))
    return f"{answer.text} {answer.blocks}" if answer else ""


@pytest.mark.parametrize("said", ["/rollback prod", "/rollback prod 1", "/rollback prod #1"])
async def test_a_switch_is_taken_back(switched: Town, said: str) -> None:
    """One run to the old colour of what was moved, started at once, with a review beside it."""
    assert not await say(switched, said)
    run = await switched.journal.holder(PROD)
    assert run is not None
    assert (run.recipe, run.ref, run.back) == (SWITCH_BACK, "blue", 1)
    assert run.switch == Switching(colour=Colour.BLUE, services=("admin", "store"), back=RunId(1))
    assert switched.bells.started == [run.id]
    review = await switched.journal.review(run.id)
    assert review is not None
    assert (review.ticket, review.by, review.open) == ("rollback", person("ana"), True)


async def test_whatever_the_day_is_like(switched: Town) -> None:
    """A freeze, somebody else's lock, an ended lease and a run that only waits hold nobody up."""
    journal = switched.journal
    await journal.freeze(
        Freeze(name="sale", from_=NOON - HOUR, to=NOON + HOUR, environments=("prod",), source="slack"),
        NOON,
    )
    waiting = await begun(journal, deploy=True)
    await journal.stage(waiting.id, StepName.APPROVE, NOON)
    await journal.take_lock(PROD, person("ben"), "mine", NOON + timedelta(hours=9), NOON)
    await journal.end_lease(lease(run=RunId(1), ended_at=NOON, end=LeaseEnd.OVER))
    assert not await say(switched)
    run = await journal.holder(PROD)
    superseded = await journal.run(waiting.id)
    assert run is not None
    assert superseded is not None
    assert (run.back, superseded.outcome, superseded.superseded_by) == (1, Outcome.SUPERSEDED, run.id)


@pytest.mark.parametrize("emergency", [False, True], ids=["it applies", "an emergency waits for votes"])
async def test_behind_what_cannot_give_way(switched: Town, emergency: bool) -> None:
    """It queues, and is the first of all whose turn it will be."""
    journal = switched.journal
    if emergency:
        wish = Wish(emergency=Emergency(ticket="INC-1", reason="fire"))
        busy = await begun(journal, deploy=True, wish=wish)
    else:
        busy = await begun(journal, deploy=True)
    await journal.stage(busy.id, StepName.APPROVE if emergency else StepName.APPLY, NOON)
    before = await begun(journal, deploy=True)
    assert "first in the queue for prod" in await say(switched)
    back = (await journal.queue(PROD))[0]
    assert back.back == 1
    await journal.end(busy.id, Outcome.DONE, "", None, NOON)
    holder = await journal.holder(PROD)
    assert holder is not None
    assert (holder.id, before.id) == (back.id, back.id - 1)


async def test_the_same_words_again(switched: Town) -> None:
    """Dealt with again after a crash they find the run that they began; somebody else's click finds it, too."""
    for _ in range(2):
        assert not await say(switched, key="command:7")
    assert len(await switched.journal.open_runs()) == 1
    assert "goes back from run 1 already" in await say(switched, "/rollback prod 1", "ben")


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/rollback", "ana", "Which environment?", id="no environment"),
        pytest.param("/rollback prod x", "ana", "by its number", id="no number"),
        pytest.param("/rollback prdo", "ana", "did you mean prod", id="misspelt"),
        pytest.param("/rollback prod 9", "ana", "There is no run 9 in prod.", id="no such run"),
        pytest.param("/rollback staging", "ana", "no run that changed anything", id="nothing there"),
        pytest.param("/rollback prod", "dana", "Only members of platform may switch", id="no member"),
        pytest.param("/rollback prod", "gus", "guest", id="a guest"),
    ],
)
async def test_nothing_goes_back(switched: Town, said: str, by: str, expected: str) -> None:
    """What is wrong is said, and nothing begins."""
    assert expected in await say(switched, said, by)
    assert not await switched.journal.open_runs()


async def test_after_it_was_retired(switched: Town) -> None:
    """The answer says what does it even so."""
    ended = lease(run=RunId(1), ended_at=NOON, end=LeaseEnd.RETIRED, ended_by=person("ben"))
    await switched.journal.end_lease(ended)
    said = await say(switched)
    assert "U0BEN retired it" in said
    assert "/switch prod blue" in said
