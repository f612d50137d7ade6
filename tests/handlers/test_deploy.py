"""`/deploy`: who may, what it means, and what everybody else hears."""

import pytest

from bot.domain.estate import Estate
from bot.domain.request import Emergency
from bot.domain.run import DEPLOY, DRY_RUN
from bot.domain.value import ChannelId, EnvironmentName
from handlers.deploy import Deploy
from tests.fakes.town import DEPLOYS, ESTATE, INCIDENTS, Town, person

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


async def test_the_same_words_begin_one_run(town: Town) -> None:
    """Dealt with again after a crash they find their run, and start it where that was not done."""
    deploy = Deploy(town.desk, {})
    for _ in range(2):
        assert await deploy.answer(town.spoken("/deploy staging", key="command:7")) is None
    assert len(await town.journal.open_runs()) == 1
    assert town.bells.started == [1, 1]


EMERGENCY = {"votes": 1, "of": ["dba"], "ticket": "^INC-[0-9]+$", "review": "required", "bake": "double"}


@pytest.fixture
def strict(town: Town) -> Town:
    """Give a town with rules for emergencies: those of dba may ask for them in prod, and vote on them."""
    plain = ESTATE.model_dump(mode="json")
    plain["classes"]["emergency"] = EMERGENCY
    plain["environments"]["prod"]["permissions"]["override"] = ["dba"]
    plain["environments"]["prod"]["channel"] = "prod"
    plain["environments"]["staging"]["channels"] = ["random"]
    plain["slack"]["channels"] |= {"prod": "C0PROD", "random": "C0RANDOM"}
    return Town(town.journal, Estate.model_validate(plain))


SAID = "/deploy prod --emergency INC-42 the queue is full"


async def test_an_emergency_begins(strict: Town) -> None:
    """Those who may override need not be those who may deploy; a review is open from the first moment."""
    assert await Deploy(strict.desk, {}).answer(strict.spoken(SAID, "dana", "C0PROD")) is None
    run = await strict.journal.holder(EnvironmentName("prod"))
    assert run is not None
    assert run.wish.emergency == Emergency(ticket="INC-42", reason="the queue is full")
    (review,) = await strict.journal.reviews()
    assert (review.run, review.by, review.ticket, review.open) == (run.id, person("dana"), "INC-42", True)
    assert [entry.event for entry in await strict.journal.record(run.id)] == ["run.began", "review.opened"]


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param(SAID, "ana", "may ask for an emergency in prod", id="not one who may"),
        pytest.param(
            SAID.replace("INC-42", "JIRA-1"), "dana", "must match ^INC-[0-9]+$", id="another ticket"
        ),
        pytest.param(SAID.replace("INC-42", f"INC-{'1' * 99}"), "dana", "in at most 64", id="a long ticket"),
        pytest.param("/deploy prod --emergency INC-42", "dana", "a ticket and a reason", id="no reason"),
        pytest.param(
            "/deploy prod --emergency INC-42 now --dry-run", "dana", "leave out --dry-run", id="for show"
        ),
    ],
)
async def test_no_emergency(strict: Town, said: str, by: str, expected: str) -> None:
    """One private answer; neither a run nor a review begins."""
    answer = await Deploy(strict.desk, {}).answer(strict.spoken(said, by, "C0PROD"))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await strict.journal.open_runs()
    assert not await strict.journal.reviews()


async def test_without_a_rule_there_are_no_emergencies(town: Town) -> None:
    """An estate that does not speak of emergencies has none."""
    answer = await Deploy(town.desk, {}).answer(town.spoken(SAID))
    assert answer is not None
    assert "no rule for emergencies in prod" in answer.text


@pytest.mark.parametrize(
    ("said", "channel", "begins"),
    [
        pytest.param("/deploy prod", "C0PROD", True, id="its own"),
        pytest.param("/deploy prod", INCIDENTS, True, id="incidents"),
        pytest.param("/deploy prod", DEPLOYS, False, id="the channel of others"),
        pytest.param("/deploy staging", "C0RANDOM", True, id="one that it names"),
        pytest.param("/deploy staging", DEPLOYS, False, id="where it is announced, and not asked for"),
        pytest.param("/deploy staging", INCIDENTS, False, id="incidents, which it does not name"),
        pytest.param("/deploy staging", "D0ANA", False, id="a direct message"),
    ],
)
async def test_where_it_may_be_asked_for(strict: Town, said: str, channel: str, *, begins: bool) -> None:
    """An environment with channels of its own is asked for there."""
    answer = await Deploy(strict.desk, {}).answer(strict.spoken(said, channel=channel))
    assert (answer is None) == begins
    assert bool(await strict.journal.open_runs()) == begins


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        pytest.param({"C0PROD"}, "This channel is shared with another organisation", id="this one"),
        pytest.param({"C0PROD", INCIDENTS}, "This channel is shared", id="both"),
    ],
)
async def test_a_shared_channel(strict: Town, shared: set[ChannelId], expected: str) -> None:
    """What strangers read is no place for plans, whoever asks there."""
    strict.book.shared_channels = shared
    answer = await Deploy(strict.desk, {}).answer(strict.spoken("/deploy prod", channel="C0PROD"))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    elsewhere = await Deploy(strict.desk, {}).answer(strict.spoken("/deploy prod", channel=INCIDENTS))
    assert elsewhere is not None
    assert "shared with another organisation" in elsewhere.text
    assert not await strict.journal.open_runs()


async def test_a_channel_of_which_nobody_knows(strict: Town) -> None:
    """A look-up that failed refuses, and says which it was."""
    strict.book.answers = False
    answer = await Deploy(strict.desk, {}).answer(strict.spoken("/deploy prod", channel="C0PROD"))
    assert answer is not None
    shown = f"{answer.text} {answer.blocks}"
    assert "whether this channel is shared" in shown
    assert "who this account is" in shown
    assert "who is in platform" in shown
