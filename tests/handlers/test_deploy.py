"""`/deploy`: who may, what it means, and what everybody else hears."""

from datetime import timedelta

import pytest

from bot.domain.run import DEPLOY, DRY_RUN
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze
from handlers.deploy import Deploy
from tests.fakes.town import DEPLOYS, INCIDENTS, NOON, Town

STAGING = EnvironmentName("staging")


@pytest.mark.parametrize(
    ("said", "ref", "recipe"),
    [
        pytest.param("/deploy staging", "main", DEPLOY, id="the environment's branch"),
        pytest.param("/deploy staging v1.2.0", "v1.2.0", DEPLOY, id="a tag"),
        pytest.param("/deploy staging main --dry-run", "main", DRY_RUN, id="a dry run"),
        pytest.param("/deploy --dry-run staging", "main", DRY_RUN, id="options go anywhere"),
    ],
)
async def test_a_run_begins(town: Town, said: str, ref: str, recipe: tuple[str, ...]) -> None:
    """The row says who, what and how; the channel shows the rest, so there is no private answer."""
    assert await Deploy(town.desk, {}).answer(town.spoken(said)) is None
    run = await town.journal.holder(STAGING)
    assert run is not None
    assert (run.ref, run.recipe, run.channel, run.by.user) == (ref, recipe, DEPLOYS, "U0ANA")
    assert town.bells.started == [run.id]


@pytest.mark.parametrize(
    ("said", "by", "channel", "expected"),
    [
        pytest.param("/deploy", "ana", DEPLOYS, "Which environment?", id="empty"),
        pytest.param("/deploy stagin", "ana", DEPLOYS, "did you mean staging?", id="a typo"),
        pytest.param("/deploy staging a b", "ana", DEPLOYS, "not 3 words", id="a ref with spaces"),
        pytest.param("/deploy staging -main", "ana", DEPLOYS, "no ref begins with a dash", id="a dash"),
        pytest.param("/deploy staging --dry-rum", "ana", DEPLOYS, "did you mean --dry-run?", id="option"),
        pytest.param("/deploy staging a..b", "ana", DEPLOYS, "so it is no ref", id="a range"),
        pytest.param("/deploy staging " + "x" * 4000, "ana", DEPLOYS, "so it is no ref", id="a long ref"),
        pytest.param("/deploy " + "noise " * 700, "ana", DEPLOYS, "not 700 words", id="noise"),
        pytest.param("/deploy staging", "dana", DEPLOYS, "Only members of platform", id="no member"),
        pytest.param("/deploy staging", "gus", DEPLOYS, "guest", id="a guest"),
        pytest.param("/deploy staging", "sam", DEPLOYS, "workspace", id="a stranger"),
        pytest.param("/deploy staging", "robot", DEPLOYS, "only people may act", id="a bot"),
        pytest.param("/deploy staging", "gone", DEPLOYS, "deactivated", id="deactivated"),
        pytest.param("/deploy staging", "ana", "C0RANDOM", "channel", id="another channel"),
    ],
)
async def test_nothing_begins(town: Town, said: str, by: str, channel: str, expected: str) -> None:
    """One private answer that says what is wrong; nothing is started, whatever it was."""
    answer = await Deploy(town.desk, {}).answer(town.spoken(said, by, channel))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await town.journal.open_runs()
    assert not town.bells.started


async def test_the_incident_channel_may_ask_too(town: Town) -> None:
    """Those who mend things are there."""
    assert await Deploy(town.desk, {}).answer(town.spoken("/deploy staging", channel=INCIDENTS)) is None


async def test_a_held_environment_names_its_run(town: Town) -> None:
    """Which run, whose, and since when; nothing is started."""
    deploy = Deploy(town.desk, {})
    await deploy.answer(town.spoken("/deploy staging"))
    answer = await deploy.answer(town.spoken("/deploy staging", "ben"))
    assert answer is not None
    shown = f"{answer.text} {answer.blocks}"
    assert "run 1" in shown
    assert "<@U0ANA>" in shown
    assert len(await town.journal.open_runs()) == 1
    assert await deploy.answer(town.spoken("/deploy prod", "ben")) is None


async def test_a_failed_look_up_refuses(town: Town) -> None:
    """Whoever cannot be looked up may not, and hears that it was the look-up."""
    town.book.answers = False
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    assert answer is not None
    assert "Slack could not say who this account is" in answer.text
    assert not await town.journal.open_runs()


async def test_nothing_begins_that_could_not_run(town: Town) -> None:
    """Frozen for every class: refused with the reason, the next opening and the words to wait for it."""
    town.wall.hung = (
        Freeze(
            name="Year end", from_=NOON, to=NOON + timedelta(hours=2), source="calendar", calendar="company"
        ),
    )
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    assert answer is not None
    shown = f"{answer.text} {answer.blocks}"
    assert "“Year end” (of the calendar company) is on until 2026-11-21 14:00 UTC" in shown
    assert "next open at 2026-11-21 14:00 UTC: with --when-open" in shown
    assert not await town.journal.open_runs()
    assert await Deploy(town.desk, {}).answer(town.spoken("/deploy staging --when-open")) is None
    assert await Deploy(town.desk, {}).answer(town.spoken("/deploy prod --dry-run")) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-11-21T11:59Z", "is not to come any more", id="past"),
        pytest.param("2026-12-21T12:01Z", "more than 30 days ahead", id="far ahead"),
        pytest.param("2026-11-22T02:00", "does not say in which time zone", id="naive"),
    ],
)
async def test_a_moment_that_cannot_be_meant(town: Town, at: str, expected: str) -> None:
    """A run begins for a moment to come, within a month."""
    answer = await Deploy(town.desk, {}).answer(town.spoken(f"/deploy staging --at {at}"))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await town.journal.open_runs()


async def test_a_calendar_that_cannot_be_read_keeps_runs_back(town: Town) -> None:
    """A freeze may be on that nobody can see."""
    town.wall.broken = "The calendar “company” cannot be read: no answer."
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    assert answer is not None
    assert "“company” cannot be read" in answer.text
    assert not await town.journal.open_runs()


async def test_the_same_words_begin_one_run(town: Town) -> None:
    """Dealt with again after a crash they find their run, and start it where that was not done."""
    deploy = Deploy(town.desk, {})
    for _ in range(2):
        assert await deploy.answer(town.spoken("/deploy staging", key="command:7")) is None
    assert len(await town.journal.open_runs()) == 1
    assert town.bells.started == [1, 1]
