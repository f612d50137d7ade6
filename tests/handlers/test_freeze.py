"""`/interlock freeze`: who may, what it means, what everybody hears, and what is refused."""

from datetime import timedelta

import pytest

from bot.domain.window import Freeze as Frost
from bot.domain.window import FreezeEntry
from handlers.freeze import Freeze
from tests.fakes.limits import shown
from tests.fakes.town import DEPLOYS, ESTATE, NOON, Town

HOUR = timedelta(hours=1)


async def test_a_freeze_is_added_and_announced(town: Town) -> None:
    """A row, and a new message in the deploys channel: who, what, until when; no private answer."""
    said = "/interlock freeze add “Year end” now..2h prod staging"
    assert await Freeze(town.desk, {}).answer(town.spoken(said)) is None
    (freeze,) = await town.journal.freezes(NOON)
    assert (freeze.name, freeze.from_, freeze.to) == ("Year end", NOON, NOON + 2 * HOUR)
    assert freeze.environments == ("prod", "staging")
    (saying,) = town.said.sayings
    assert (saying.channel, saying.only_for) == (DEPLOYS, None)
    told = shown(saying.message)
    assert "*“Year end”* freezes prod, staging" in told
    assert "2026-11-21 14:00 UTC" in told
    assert "<@U0ANA>" in told


async def test_the_same_words_freeze_once(town: Town) -> None:
    """Dealt with again after a crash they find their freeze, and say the same message again."""
    for _ in range(2):
        spoken = town.spoken("/interlock freeze add x now..2h", key="command:7")
        assert await Freeze(town.desk, {}).answer(spoken) is None
    assert len(await town.journal.freezes(NOON)) == 1
    assert len({saying.key for saying in town.said.sayings}) == 1
    assert [entry.event for entry in await town.journal.record()] == ["freeze.added"]


async def test_a_freeze_is_lifted_and_announced(town: Town) -> None:
    """By its name in any case; afterwards nothing is frozen."""
    freeze = Freeze(town.desk, {})
    await freeze.answer(town.spoken("/interlock freeze add Christmas now..2h"))
    assert await freeze.answer(town.spoken("/interlock freeze lift christmas", "ben")) is None
    assert not await town.journal.freezes(NOON)
    told = shown(town.said.sayings[-1].message)
    assert "*“Christmas”* was lifted by <@U0BEN>: every environment" in told


@pytest.mark.parametrize(
    ("said", "by", "channel", "expected"),
    [
        pytest.param("", "ana", DEPLOYS, "Is it add, list or lift?", id="nothing"),
        pytest.param("ad x now..2h", "ana", DEPLOYS, "Is it add, list or lift?", id="a typo"),
        pytest.param("list all", "ana", DEPLOYS, "Is it add, list or lift?", id="a word too many"),
        pytest.param("add", "ana", DEPLOYS, "How is it called?", id="no name"),
        pytest.param("add x now", "ana", DEPLOYS, "From when to when?", id="no end"),
        pytest.param("add x now..2026-11-22T00:00", "ana", DEPLOYS, "in which time zone", id="naive"),
        pytest.param("add x 2026-11-20T00:00Z..1d", "ana", DEPLOYS, "over already", id="past"),
        pytest.param("add x now..2h pord", "ana", DEPLOYS, "did you mean prod?", id="unknown environment"),
        pytest.param("add x now..2h", "dana", DEPLOYS, "Only members of platform may freeze", id="not allowed"),
        pytest.param("add x now..2h", "gus", DEPLOYS, "guest", id="a guest"),
        pytest.param("add x now..2h", "ana", "C0RANDOM", "channels for deployments", id="another channel"),
        pytest.param("add taken now..2h prod", "ana", DEPLOYS, "There is a freeze of that name", id="a name that is taken"),
        pytest.param("add x 2026-11-23T00:00Z..2d prod", "ana", DEPLOYS, "overlap with “own” (in the estate", id="overlapping"),
        pytest.param("lift", "ana", DEPLOYS, "Which one?", id="lift nothing"),
        pytest.param("lift take", "ana", DEPLOYS, "did you mean “taken”?", id="lift a typo"),
        pytest.param("lift own", "ana", DEPLOYS, "“own” stands in the estate file", id="lift the estate's"),
        pytest.param("lift holiday", "ana", DEPLOYS, "in the calendar “company”", id="lift a calendar's"),
        pytest.param("lift taken", "dana", DEPLOYS, "may lift freezes of staging", id="not allowed to lift"),
        pytest.param("list", "sam", DEPLOYS, "another workspace", id="a stranger"),
    ],
)  # fmt: skip
async def test_nothing_happens(frosty: Town, said: str, by: str, channel: str, expected: str) -> None:
    """One private answer that says what is wrong; no row, and nothing is announced."""
    before = list(await frosty.journal.freezes(NOON))
    answer = await Freeze(frosty.desk, {}).answer(frosty.spoken(f"/interlock freeze {said}", by, channel))
    assert answer is not None
    assert expected in f"{answer.text} {shown(answer)}".replace("`", "")
    assert list(await frosty.journal.freezes(NOON)) == before
    assert not frosty.said.sayings


@pytest.fixture
async def frosty(town: Town) -> Town:
    """A town with a freeze from each place."""
    entry = FreezeEntry.model_validate(
        {"name": "own", "from": "2026-11-24T00:00Z", "to": "2026-11-25T00:00Z"}
    )
    object.__setattr__(town.desk, "estate", ESTATE.model_copy(update={"freezes": (entry,)}))
    town.wall.hung = (
        Frost(name="holiday", from_=NOON, to=NOON + HOUR, source="calendar", calendar="company"),
    )
    await Freeze(town.desk, {}).answer(town.spoken("/interlock freeze add taken now..1h staging"))
    town.said.sayings.clear()
    return town


async def test_the_list(frosty: Town) -> None:
    """What is on and what is to come, where it is from, and which calendar could not be read."""
    frosty.wall.broken = "The calendar “other” cannot be read: no answer."
    answer = await Freeze(frosty.desk, {}).answer(frosty.spoken("/interlock freeze list", "dana"))
    assert answer is not None
    assert answer.text == "1 freeze is on, 1 to come."
    lines = shown(answer).splitlines()
    assert lines[0].startswith("🧊 *on* *“taken”*  ·  staging")
    assert lines[0].endswith("<@U0ANA>")
    assert lines[1].startswith("🗓️ *“own”*  ·  every environment")
    assert "“other” cannot be read" in lines[2]


async def test_a_failed_look_up_refuses(town: Town) -> None:
    """Whoever cannot be looked up may not."""
    town.book.answers = False
    answer = await Freeze(town.desk, {}).answer(town.spoken("/interlock freeze add x now..2h"))
    assert answer is not None
    assert "Slack could not say who this account is" in answer.text
    assert not await town.journal.freezes(NOON)
