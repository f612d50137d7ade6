"""`/deploy`: who may, what it means, and what everybody else hears."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.estate import Estate
from bot.domain.request import Emergency
from bot.domain.run import DEPLOY, DRY_RUN, Outcome, Run, StepName
from bot.domain.value import ChannelId, EnvironmentName, RunId
from bot.domain.window import Freeze
from bot.journal import NewRun
from bot.store import Store
from handlers.deploy import Deploy
from tests.fakes.town import DEPLOYS, ESTATE, INCIDENTS, NOON, Town, person

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


async def test_a_held_environment_queues(town: Town) -> None:
    """Whoever asked hears where they stand and behind whom; nothing of theirs is walked."""
    deploy = Deploy(town.desk, {})
    await deploy.answer(town.spoken("/deploy staging"))
    answer = await deploy.answer(town.spoken("/deploy staging", "ben"))
    assert answer is not None
    assert answer.text == "Run 2 is first in the queue for staging, behind run 1."
    assert "<@U0ANA>" in str(answer.blocks)
    assert [run.id for run in await town.journal.queue(STAGING)] == [2]
    assert (town.bells.started, town.line.moves) == ([1], [STAGING])
    assert await deploy.answer(town.spoken("/deploy prod", "ben")) is None


async def test_the_same_again_is_refused(town: Town) -> None:
    """The same person, the same words, while the first has not begun: once is enough."""
    deploy = Deploy(town.desk, {})
    for said in ("/deploy staging", "/deploy staging v1"):
        await deploy.answer(town.spoken(said))
    for said in ("/deploy staging main", "/deploy staging v1"):
        answer = await deploy.answer(town.spoken(said))
        assert answer is not None
        assert "asks for the same already" in answer.text
    assert len(await town.journal.open_runs()) == 2


async def fill(town: Town) -> None:
    """Let somebody begin, and twenty wait; no person may do that alone."""
    crew = [f"p{number}" for number in range(5)]
    town.book.platform |= {person(each) for each in crew}
    for number in range(21):
        by = crew[number % len(crew)]
        await Deploy(town.desk, {}).answer(
            town.spoken(f"/deploy staging v{number}", by, key=f"fill:{number}")
        )


async def test_a_full_queue(town: Town) -> None:
    """The sentence says how many wait, and nothing begins."""
    deploy = Deploy(town.desk, {})
    await fill(town)
    answer = await deploy.answer(town.spoken("/deploy staging", "ben"))
    assert answer is not None
    assert "20 runs wait for staging already" in answer.text
    assert len(await town.journal.open_runs()) == 21


async def test_one_person_does_not_fill_the_queue(town: Town) -> None:
    """There is room for others, and for an emergency."""
    deploy = Deploy(town.desk, {})
    for number in range(7):
        answer = await deploy.answer(town.spoken(f"/deploy staging v{number}"))
    assert answer is not None
    assert "5 runs of this account wait for staging already" in answer.text
    assert len(await town.journal.open_runs()) == 6
    await deploy.answer(town.spoken("/deploy staging", "ben"))
    assert len(await town.journal.open_runs()) == 7


class Crowded(Store):
    """A store in which the last place is taken between the look and the start."""

    async def queue(self, environment: EnvironmentName) -> Sequence[Run]:
        """All but the last, at the first look."""
        waiting = await super().queue(environment)
        self.looks = getattr(self, "looks", 0) + 1
        return waiting[:-1] if self.looks == 1 else waiting


async def test_the_last_place_is_lost_meanwhile(sqlite_url: str) -> None:
    """The database decides, and the law then says why."""
    plain, crowded = await Store.open(sqlite_url), await Crowded.open(sqlite_url)
    await fill(Town(plain))
    town = Town(crowded)
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging", "ben"))
    assert answer is not None
    assert "20 runs wait for staging already" in answer.text
    await crowded.close()
    await plain.close()


async def _waits(town: Town) -> None:
    await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    await town.journal.stage(RunId(1), StepName.APPROVE, NOON)


@pytest.mark.parametrize("by", [pytest.param("ana", id="one's own"), pytest.param("ben", id="another's")])
async def test_a_run_is_superseded(town: Town, by: str) -> None:
    """The new one holds the environment at once; the old one is over, and its walk hears of it."""
    await _waits(town)
    said = town.spoken("/deploy staging v2 --supersede", by, key="command:9")
    for _ in range(2):
        assert await Deploy(town.desk, {}).answer(said) is None
    holder, old = await town.journal.holder(STAGING), await town.journal.run(RunId(1))
    assert holder is not None
    assert old is not None
    assert (holder.id, holder.by, holder.ref) == (2, person(by), "v2")
    assert (old.outcome, old.superseded_by) == (Outcome.SUPERSEDED, 2)
    assert town.line.moves == [STAGING] * 2
    assert len(await town.journal.open_runs()) == 1


async def test_nothing_to_supersede(town: Town) -> None:
    """It just deploys."""
    assert await Deploy(town.desk, {}).answer(town.spoken("/deploy staging --supersede")) is None
    assert town.bells.started == [1]


@pytest.mark.parametrize(
    ("by", "stage", "expected"),
    [
        pytest.param("ana", StepName.APPLY, "Run 1 is applying", id="past its votes"),
        pytest.param("ana", StepName.PLAN, "Run 1 is still planning", id="before them"),
        pytest.param("dana", StepName.APPROVE, "Only members of platform", id="by one who may not"),
    ],
)
async def test_nothing_is_superseded(town: Town, by: str, stage: StepName, expected: str) -> None:
    """The answer says how to go on without it; nothing begins, and nothing ends."""
    await _waits(town)
    await town.journal.stage(RunId(1), stage, NOON)
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging --supersede", by))
    assert answer is not None
    assert expected in answer.text
    assert [run.id for run in await town.journal.open_runs()] == [1]


class Hasty(Store):
    """A store in which the votes are complete between the look and the start."""

    async def supersede(self, new: NewRun, old: RunId, at: datetime) -> Run | None:
        """Too late."""
        await self.stage(old, StepName.APPLY, at)
        return await super().supersede(new, old, at)


async def test_the_votes_come_meanwhile(sqlite_url: str) -> None:
    """The database decides; whoever lost hears what the run does now."""
    store = await Hasty.open(sqlite_url)
    town = Town(store)
    await _waits(town)
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging --supersede", "ben"))
    assert answer is not None
    assert "Run 1 is applying" in answer.text
    assert "/interlock cancel" not in str(answer.blocks)
    assert [run.id for run in await store.open_runs()] == [1]
    await store.close()


async def test_a_locked_environment(town: Town) -> None:
    """Others hear who keeps it, why and until when; its holder deploys."""
    until = NOON + timedelta(hours=2)
    await town.journal.take_lock(STAGING, person("ana"), "moving <!channel> *things*", until, NOON)
    answer = await Deploy(town.desk, {}).answer(town.spoken("/deploy staging", "ben"))
    assert answer is not None
    shown = str(answer.blocks)
    assert "staging is locked by <@U0ANA> until <!date^1795269600^" in shown
    assert "<!channel>" not in shown
    assert "2026-11-21 14:00 UTC" in answer.text
    assert not await town.journal.open_runs()
    assert await Deploy(town.desk, {}).answer(town.spoken("/deploy staging")) is None


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
