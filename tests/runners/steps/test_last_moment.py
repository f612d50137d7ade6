"""What people do while the law is asked for the last time: all of it counts, up to the very claim."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.estate import ClassRule, RuleName
from bot.domain.heard import Heard
from bot.domain.message import Message, Saying, Urgency
from bot.domain.plan import Counts, Plan
from bot.domain.report import Ledger
from bot.domain.request import Emergency, Wish
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Commit, GroupName, MessageTs, PlanDigest
from bot.domain.vote import BY_BUTTON, Choice, Vote
from bot.domain.window import Freeze
from bot.domain.window import Window as Hours
from bot.journal import Journal
from bot.ports import Applied, CommitInfo, Directory, Planned, StateVersion, Workplace
from bot.store import Store
from runners.kit import Kit
from runners.said import card_key
from runners.steps import Back, Go, Halt
from runners.steps.apply import Apply
from tests.fakes.clock import FakeClock
from tests.fakes.town import ESTATE, Book, Wall, person
from tests.runners.steps.conftest import DIGEST

Change = Callable[[Store, Run, FakeClock], Awaitable[object]]


class Terraform:
    """Writes down what it applies."""

    def __init__(self) -> None:
        self.applied: list[PlanDigest] = []

    async def read(self, at: Workplace, file: Path) -> Planned:
        plan = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=1))
        return Planned(plan=plan, file=file, diff="", secrets=frozenset())

    async def state(self, at: Workplace) -> StateVersion:
        return StateVersion(lineage="", serial=0)

    async def apply(self, at: Workplace, planned: Planned, **_: Any) -> Applied:
        self.applied.append(planned.plan.digest)
        return Applied(exit_code=0, ledger=Ledger(pieces=(), complete=True))


class SlowBook(Book):
    """Slack takes its time over the last look-up, and something happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    async def members(self, group: GroupName) -> Any:
        await self.meanwhile()
        return await super().members(group)


class SlowWall(Wall):
    """A calendar that has to be fetched, once."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock, self.fetched = clock, False

    async def freezes(self) -> tuple[Freeze, ...]:
        if not self.fetched:
            self.fetched = True
            await self.clock.advance(20)
        return await super().freezes()


class Racing:
    """A journal in which somebody is quicker than the claim, by a moment."""

    def __init__(self, store: Store, first: Callable[[], Awaitable[object]]) -> None:
        self._store, self._first = store, first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, *what: Any) -> bool:
        await self._first()
        return await self._store.claim(*what)


async def _vote(store: Store, run: Run, clock: FakeClock, name: str, choice: Choice, via: str = "x") -> None:
    groups = frozenset({GroupName("platform")})
    await store.vote(
        Vote(
            run=run.id,
            digest=DIGEST,
            voter=person(name),
            choice=choice,
            via=via,
            groups=groups,
            at=clock.now(),
        )
    )


async def _stop(store: Store, run: Run, clock: FakeClock) -> None:
    await store.request_stop(run.id, person("ana"), clock.now())


async def _reject(store: Store, run: Run, clock: FakeClock) -> None:
    await _vote(store, run, clock, "cleo", Choice.REJECT)


async def _withdraw(store: Store, run: Run, clock: FakeClock) -> None:
    await store.withdraw(run.id, DIGEST, person("ben"), "x", Choice.APPROVE, clock.now())


async def _freeze(store: Journal, run: Run, clock: FakeClock) -> None:
    now = clock.now()
    freeze = Freeze(
        name="f",
        from_=now,
        to=now + timedelta(hours=1),
        environments=(run.environment,),
        source="slack",
        by=person("ana"),
    )
    await store.freeze(freeze, now)


@pytest.fixture
async def approved(journal: Store, clock: FakeClock, run: Run) -> Run:
    """The run with its vote, as its apply step is asked."""
    found = CommitInfo(commit=Commit("c" * 40), subject="x", committers=())
    await journal.resolved(run.id, found, clock.now())
    await _vote(journal, run, clock, "ben", Choice.APPROVE)
    await journal.stage(run.id, StepName.APPLY, clock.now())
    known = await journal.run(run.id)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param(_stop, Outcome.CANCELLED, id="stopped"),
        pytest.param(_reject, Outcome.REFUSED, id="rejected"),
        pytest.param(_withdraw, Outcome.REFUSED, id="a vote is taken away"),
        pytest.param(_freeze, Outcome.REFUSED, id="a freeze"),
    ],
)
async def test_while_slack_is_asked(
    kit: Kit, journal: Store, clock: FakeClock, approved: Run, change: Change, outcome: Outcome
) -> None:
    """Minutes may pass between the first look and the last."""
    terraform: Any = Terraform()
    book = SlowBook(lambda: change(journal, approved, clock))
    said = await Apply(dataclasses.replace(kit, iac=terraform, directory=book)).do(approved)
    assert isinstance(said, Halt)
    assert said.outcome is outcome
    assert terraform.applied == []


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param(_stop, Outcome.CANCELLED, id="stopped"),
        pytest.param(_reject, Outcome.REFUSED, id="rejected"),
    ],
)
async def test_between_the_law_and_the_claim(
    kit: Kit, journal: Store, clock: FakeClock, approved: Run, change: Change, outcome: Outcome
) -> None:
    """The order in which rows are kept decides, and the run says what it was."""
    terraform: Any = Terraform()
    racing: Any = Racing(journal, lambda: change(journal, approved, clock))
    said = await Apply(dataclasses.replace(kit, iac=terraform, journal=racing)).do(approved)
    assert isinstance(said, Halt)
    assert said.outcome is outcome
    assert "executed before" not in said.text
    assert terraform.applied == []


async def test_a_window_that_closes_while_a_calendar_is_fetched(
    kit: Kit, clock: FakeClock, approved: Run
) -> None:
    """The clock is looked at again when the answer is there; at the beginning it is Saturday noon."""
    hours = Hours.model_validate({"opens": "1 11 * * sat", "lasts": "1h", "timezone": "UTC"})
    rule = ESTATE.classes[RuleName.STANDARD].model_copy(update={"windows": ("hours",)})
    classes = {**ESTATE.classes, RuleName.STANDARD: rule}
    estate = ESTATE.model_copy(update={"windows": {"hours": hours}, "classes": classes})
    bound = await kit.bound(approved)
    await clock.advance(50)
    terraform: Any = Terraform()
    kit = dataclasses.replace(kit, iac=terraform, estate=estate, calendars=SlowWall(clock))
    await kit.journal.planned(bound.model_copy(update={"window": "hours"}), clock.now())
    said = await Apply(kit).do(approved)
    assert isinstance(said, Halt)
    assert "closed" in said.text
    assert terraform.applied == []


async def test_nothing_happens_meanwhile(kit: Kit, approved: Run) -> None:
    """Then it is applied, once."""
    terraform: Any = Terraform()
    assert await Apply(dataclasses.replace(kit, iac=terraform)).do(approved) == Go()
    assert terraform.applied == [DIGEST]


@pytest.mark.parametrize("wish", [Wish(emergency=Emergency(ticket="INC-1", reason="down"))], ids=["urgent"])
@pytest.mark.parametrize("meanwhile", ["freeze", "lock", ""])
async def test_an_emergency_names_what_it_goes_past(
    kit: Kit, clock: FakeClock, approved: Run, meanwhile: str
) -> None:
    """A freeze that began after the plan is named too, and a lock that was taken."""
    rule = ClassRule(votes=1, of=(GroupName("platform"),), ticket="INC-[0-9]+")
    estate = ESTATE.model_copy(update={"classes": {**ESTATE.classes, RuleName.EMERGENCY: rule}})
    terraform: Any = Terraform()
    kit = dataclasses.replace(kit, iac=terraform, estate=estate)
    if meanwhile == "freeze":
        await _freeze(kit.journal, approved, clock)
    if meanwhile == "lock":
        until = clock.now() + timedelta(hours=1)
        await kit.journal.take_lock(approved.environment, person("ben"), "by hand", until, clock.now())
    assert await Apply(kit).do(approved) == Go()
    told: Any = kit.tell
    assert ("override" in told.told) is bool(meanwhile)


@pytest.mark.parametrize("others", [True, False], ids=["enough are left", "too few are left"])
async def test_an_emoji_that_nobody_heard_go(
    kit: Kit, journal: Store, clock: FakeClock, approved: Run, others: bool
) -> None:
    """It takes its vote away, aloud; where too few are left people are asked again."""
    terraform: Any = Terraform()
    if others:
        await _vote(journal, approved, clock, "cleo", Choice.APPROVE)
    await _posted(journal, approved, clock)
    await clock.advance(60)
    book = Book()
    book.taken = {("x", person("ben").user)}
    said = await Apply(dataclasses.replace(kit, iac=terraform, directory=book)).do(approved)
    assert said == (Go() if others else Back(to=StepName.APPROVE))
    assert len(terraform.applied) == others
    assert [vote.voter for vote in await journal.votes(approved.id)] == [person("cleo")] * others
    told: Any = kit.tell
    assert "taken_back" in told.told


@pytest.mark.parametrize("change", [_stop, _reject], ids=["stopped", "rejected"])
async def test_an_emoji_that_nobody_heard_go_beside_a_no(
    kit: Kit, journal: Store, clock: FakeClock, approved: Run, change: Change
) -> None:
    """Nobody is asked again about what is over."""
    terraform: Any = Terraform()
    await _posted(journal, approved, clock)
    await clock.advance(60)
    book = SlowBook(lambda: change(journal, approved, clock))
    book.taken = {("x", person("ben").user)}
    said = await Apply(dataclasses.replace(kit, iac=terraform, directory=book)).do(approved)
    assert isinstance(said, Halt)
    assert terraform.applied == []


async def test_emoji_that_cannot_be_looked_at(
    kit: Kit, journal: Store, clock: FakeClock, approved: Run
) -> None:
    """Such a vote does not count, and stays: it may be there."""
    terraform: Any = Terraform()
    await _posted(journal, approved, clock)
    await clock.advance(60)
    book = Book()
    book.shows_cards = False
    said = await Apply(dataclasses.replace(kit, iac=terraform, directory=book)).do(approved)
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.REFUSED
    assert "Slack could not say whether its emoji is still there." in said.text
    assert (terraform.applied, len(await journal.votes(approved.id))) == ([], 1)


async def test_a_no_that_nobody_heard(kit: Kit, journal: Store, clock: FakeClock, approved: Run) -> None:
    """It is said at the door before the law is asked, so the law finds it among the votes."""
    terraform: Any = Terraform()
    await _posted(journal, approved, clock)
    await clock.advance(60)

    async def hear(heard: Heard) -> None:
        if heard.payload["event"]["reaction"] == "x" and heard.payload["event"]["user"] == "U0CLEO":
            await _reject(journal, approved, clock)

    said = await Apply(dataclasses.replace(kit, iac=terraform, hear=hear)).do(approved)
    assert isinstance(said, Halt)
    assert (said.outcome, said.text) == (Outcome.REFUSED, "Somebody who may vote said no.")
    assert terraform.applied == []


@pytest.mark.parametrize(
    ("deaf", "shown_after", "applied"),
    [
        pytest.param(False, None, True, id="all was heard"),
        pytest.param(True, None, False, id="never shown"),
        pytest.param(True, 20, True, id="shown in time"),
    ],
)
async def test_a_card_that_cannot_be_looked_at(
    kit: Kit,
    journal: Store,
    clock: FakeClock,
    approved: Run,
    deaf: bool,
    shown_after: int | None,
    applied: bool,
) -> None:
    """Where a no may stand on it that nobody heard, nothing is applied; it is tried for a while."""
    terraform: Any = Terraform()
    await journal.withdraw(approved.id, DIGEST, person("ben"), "x", Choice.APPROVE, clock.now())
    await _vote(journal, approved, clock, "cleo", Choice.APPROVE, BY_BUTTON)
    await _posted(journal, approved, clock)
    await clock.advance(60)
    book = Book()
    book.shows_cards = False
    if deaf:
        kit.unheard[approved.id] = clock.now()
    doing = asyncio.create_task(Apply(dataclasses.replace(kit, iac=terraform, directory=book)).do(approved))
    for second in range(0, 300, 5):
        book.shows_cards = second == shown_after or book.shows_cards
        await clock.advance(5)
        await asyncio.sleep(0.01)
    said = await asyncio.wait_for(doing, 5)
    assert len(terraform.applied) == applied
    if isinstance(said, Halt):
        assert "Slack could not say whether somebody said no by an emoji" in said.text


class Outage(Book):
    """A directory that knows nobody for so many look-ups before an act."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def fresh(self) -> Directory:
        self.failures -= 1
        self.answers = self.failures < 0
        return self


@pytest.mark.parametrize(
    ("failures", "applied"),
    [pytest.param(1, True, id="for a moment"), pytest.param(99, False, id="for good")],
)
async def test_slack_is_away(kit: Kit, approved: Run, failures: int, applied: bool) -> None:
    """Votes outlive a short outage; as long as it lasts nothing is applied, and in the end it is refused."""
    terraform: Any = Terraform()
    said = await Apply(dataclasses.replace(kit, iac=terraform, directory=Outage(failures))).do(approved)
    assert (said == Go(), bool(terraform.applied)) == (applied, applied)
    if isinstance(said, Halt):
        assert (said.outcome, "Slack could not say" in said.text) == (Outcome.REFUSED, True)


async def test_slack_is_away_and_somebody_says_no(
    kit: Kit, journal: Store, clock: FakeClock, approved: Run
) -> None:
    """Nobody waits for answers to what is over."""
    terraform: Any = Terraform()
    await _stop(journal, approved, clock)
    book = Outage(99)
    said = await Apply(dataclasses.replace(kit, iac=terraform, directory=book)).do(approved)
    assert isinstance(said, Halt)
    assert (said.outcome, book.failures, terraform.applied) == (Outcome.CANCELLED, 98, [])


async def _posted(journal: Store, run: Run, clock: FakeClock) -> None:
    """The card stands in its thread."""
    key, message = card_key(run.id, DIGEST), Message(text="card", blocks=())
    saying = Saying(key=key, channel=run.channel, message=message, urgency=Urgency.DECISION, run=run.id)
    await journal.say(saying, clock.now())
    await journal.sent(key, 1, MessageTs("1.000001"))
