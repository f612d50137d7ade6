"""Votes by emoji right before an act: what nobody heard of is seen, and what cannot be seen does not count."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import LookupFailed
from bot.domain.message import Message, Saying, Urgency
from bot.domain.plan import Counts, Plan
from bot.domain.run import Run
from bot.domain.value import ChannelId, GroupName, MessageTs, PlanDigest, UserId
from bot.domain.vote import BY_BUTTON, BY_HAND, Choice, Vote
from bot.journal import Binding
from bot.store import Store
from runners import emoji
from runners.emoji import Emoji
from runners.kit import Kit
from runners.said import card_key
from tests.fakes.clock import FakeClock
from tests.fakes.town import DEPLOYS, Book, person
from tests.runners.steps import conftest
from tests.runners.steps.conftest import DIGEST, Quiet

clock, journal, kit, run, wish = conftest.clock, conftest.journal, conftest.kit, conftest.run, conftest.wish
FIRST, SECOND = MessageTs("1.000001"), MessageTs("1.000002")
CHECK = "white_check_mark"
LATER = PlanDigest("e" * 64)


class Cards(Book):
    """A `Directory` that knows what stands on each card; a card that it does not know cannot be looked at."""

    def __init__(self, cards: Mapping[MessageTs, Mapping[str, set[str]]]) -> None:
        super().__init__()
        self.cards, self.asked = cards, list[MessageTs]()

    async def reactions(self, channel: ChannelId, ts: MessageTs) -> Mapping[str, frozenset[UserId]]:
        assert channel == DEPLOYS
        self.asked.append(ts)
        if ts not in self.cards:
            raise LookupFailed
        return {name: frozenset(map(UserId, users)) for name, users in self.cards[ts].items()}


async def posted(store: Store, run: Run, digest: PlanDigest, ts: MessageTs, clock: FakeClock) -> None:
    key = card_key(run.id, digest)
    message = Message(text="card", blocks=())
    saying = Saying(key=key, channel=DEPLOYS, message=message, urgency=Urgency.DECISION, run=run.id)
    await store.say(saying, clock.now())
    await store.sent(key, 1, ts)


async def voted(store: Store, run: Run, clock: FakeClock, name: str, **differs: Any) -> Vote:
    usual = Vote(
        run=run.id,
        digest=DIGEST,
        voter=person(name),
        choice=Choice.APPROVE,
        via=CHECK,
        groups=frozenset({GroupName("platform")}),
        at=clock.now(),
    )
    vote = usual.model_copy(update=differs)
    await store.vote(vote)
    return vote


async def replanned_after_a_vote(
    kit: Kit, journal: Store, run: Run, clock: FakeClock, *, carried: bool
) -> Binding:
    """Put another plan in the place of the one that Ben has voted on; each has its card."""
    await posted(journal, run, DIGEST, FIRST, clock)
    await voted(journal, run, clock, "ben")
    plan = Plan(digest=LATER, terraform_version="1.11.4", changes=(), counts=Counts(create=1))
    bound = (await kit.bound(run)).model_copy(update={"plan": plan, "attempt": 1})
    await journal.replanned(bound, clock.now(), carried=carried)
    await posted(journal, run, LATER, SECOND, clock)
    return bound


async def looked(kit: Kit, run: Run, book: Book) -> Emoji:
    return await emoji.look(kit, run, await kit.bound(run), book)


@pytest.mark.parametrize(
    ("card", "gone", "unseen"),
    [
        pytest.param({CHECK: {"U0BEN"}}, False, False, id="it is there"),
        pytest.param({CHECK: {"U0CLEO"}}, True, False, id="only somebody else's is"),
        pytest.param({"+1": {"U0BEN"}}, True, False, id="only another one of theirs is"),
        pytest.param({}, True, False, id="nothing is there"),
        pytest.param(None, False, True, id="Slack does not say"),
    ],
)
async def test_one_vote(
    kit: Kit,
    journal: Store,
    run: Run,
    clock: FakeClock,
    card: Mapping[str, set[str]] | None,
    gone: bool,
    unseen: bool,
) -> None:
    """Whose emoji is there stands; whose is not is gone; of what cannot be seen nobody knows."""
    await posted(journal, run, DIGEST, FIRST, clock)
    vote = await voted(journal, run, clock, "ben")
    await clock.advance(60)
    found = await looked(kit, run, Cards({FIRST: card} if card is not None else {}))
    assert (found.gone, found.unseen) == ((vote,) if gone else (), (vote,) if unseen else ())


@pytest.mark.parametrize(
    "differs",
    [
        pytest.param({"via": BY_BUTTON}, id="a button"),
        pytest.param({"via": BY_HAND}, id="written by hand"),
        pytest.param({"choice": Choice.REJECT, "via": "x"}, id="a rejection"),
        pytest.param({"digest": PlanDigest("e" * 64)}, id="on another plan"),
    ],
)
async def test_what_is_not_asked_about(
    kit: Kit, journal: Store, run: Run, clock: FakeClock, differs: dict[str, Any]
) -> None:
    """What did not come by an emoji, or gives no leave, waits for no look-up."""
    await voted(journal, run, clock, "ben", **differs)
    await clock.advance(60)
    book = Cards({})
    assert (await looked(kit, run, book), book.asked) == (Emoji(), [])


@pytest.mark.parametrize(("seconds", "gone"), [(9, False), (10, True)])
async def test_a_vote_of_this_moment(
    kit: Kit, journal: Store, run: Run, clock: FakeClock, seconds: int, gone: bool
) -> None:
    """It was heard just now, and Slack may not show it yet; older ones it shows."""
    await posted(journal, run, DIGEST, FIRST, clock)
    await voted(journal, run, clock, "ben")
    await clock.advance(seconds)
    assert bool((await looked(kit, run, Cards({FIRST: {}}))).gone) is gone


async def test_a_card_is_looked_at_once(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """For all votes on it."""
    await posted(journal, run, DIGEST, FIRST, clock)
    for name in ("ben", "cleo"):
        await voted(journal, run, clock, name)
    await clock.advance(60)
    book = Cards({FIRST: {CHECK: {"U0BEN"}}})
    found = await looked(kit, run, book)
    assert ([vote.voter for vote in found.gone], book.asked) == ([person("cleo")], [FIRST])


async def test_a_card_that_was_never_posted(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """Nobody can say what stands on it."""
    vote = await voted(journal, run, clock, "ben")
    await clock.advance(60)
    assert await looked(kit, run, Cards({})) == Emoji(unseen=(vote,))


@pytest.mark.parametrize(
    ("cards", "gone", "unseen"),
    [
        pytest.param({FIRST: {CHECK: {"U0BEN"}}, SECOND: {}}, 0, 0, id="it stands where it was cast"),
        pytest.param({FIRST: {}, SECOND: {CHECK: {"U0BEN"}}}, 0, 0, id="it was set anew"),
        pytest.param({FIRST: {}, SECOND: {}}, 1, 0, id="it stands on neither"),
        pytest.param({SECOND: {}}, 0, 1, id="the earlier card cannot be seen"),
    ],
)
async def test_a_vote_that_was_carried_over(
    kit: Kit,
    journal: Store,
    run: Run,
    clock: FakeClock,
    cards: Mapping[MessageTs, Mapping[str, set[str]]],
    gone: int,
    unseen: int,
) -> None:
    """Its emoji is on the card of the plan that it was cast on; taken back, it counts for neither."""
    bound = await replanned_after_a_vote(kit, journal, run, clock, carried=True)
    await clock.advance(60)
    found = await emoji.look(kit, run, bound, Cards(cards))
    assert (len(found.gone), len(found.unseen)) == (gone, unseen)
    await emoji.take_back(kit, run, found.gone)
    assert len(await journal.votes(run.id)) == (0 if gone else 2)


async def test_a_vote_on_an_earlier_plan_vouches_for_none(
    kit: Kit, journal: Store, run: Run, clock: FakeClock
) -> None:
    """Whoever voted on both cards, and took only the later emoji away, approves the later plan no more."""
    bound = await replanned_after_a_vote(kit, journal, run, clock, carried=False)
    vote = await voted(journal, run, clock, "ben", digest=LATER, at=clock.now() + timedelta(seconds=1))
    await clock.advance(60)
    found = await emoji.look(kit, run, bound, Cards({FIRST: {CHECK: {"U0BEN"}}, SECOND: {}}))
    assert found == Emoji(gone=(vote,))


@pytest.mark.parametrize(
    ("card", "cast", "blind"),
    [
        pytest.param({CHECK: {"U0BEN"}}, (60, True), False, id="it shows that the vote stands"),
        pytest.param({CHECK: {"U0BEN"}}, (1, True), False, id="and at once"),
        pytest.param({}, (60, True), False, id="it shows that the vote is gone"),
        pytest.param({}, (1, True), True, id="too early to tell"),
        pytest.param({}, (1, False), False, id="nobody was deaf"),
        pytest.param(None, (60, True), True, id="it cannot be looked at"),
        pytest.param(None, (60, False), False, id="it cannot, and nobody was deaf"),
    ],
)
async def test_whether_more_may_be_there(
    kit: Kit,
    journal: Store,
    run: Run,
    clock: FakeClock,
    card: Mapping[str, set[str]] | None,
    cast: tuple[int, bool],
    blind: bool,
) -> None:
    """Only where somebody was deaf after the vote, and the card does not settle it."""
    await posted(journal, run, DIGEST, FIRST, clock)
    await voted(journal, run, clock, "ben")
    seconds, deaf = cast
    await clock.advance(seconds)
    if deaf:
        kit.unheard[run.id] = clock.now()
    found = await looked(kit, run, Cards({FIRST: card} if card is not None else {}))
    assert found.blind is blind


async def test_who_asks_nobody_waits_for_no_look(
    kit: Kit, journal: Store, run: Run, clock: FakeClock
) -> None:
    """Where nobody may vote, nobody may say no."""
    await posted(journal, run, DIGEST, FIRST, clock)
    kit.unheard[run.id] = clock.now()
    bound, book = await kit.bound(run), Cards({})
    bound = bound.model_copy(update={"ask": bound.ask.model_copy(update={"votes": 0, "of": ()})})
    assert (await emoji.look(kit, run, bound, book), book.asked) == (Emoji(), [])


async def test_what_was_taken_back_counts_as_heard(
    kit: Kit, journal: Store, run: Run, clock: FakeClock
) -> None:
    """Set anew, and again unheard, it is another emoji."""
    await posted(journal, run, DIGEST, FIRST, clock)
    vote = await voted(journal, run, clock, "ben")
    await clock.advance(60)
    await emoji.take_back(kit, run, (vote,))
    assert not await journal.unheeded()
    await clock.advance(60)
    (came,) = (await looked(kit, run, Cards({FIRST: {CHECK: {"U0BEN"}}}))).came
    anew = vote.model_copy(update={"at": came.done_at})
    assert await journal.vote(anew)


async def test_taking_back_is_told_and_kept(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """The row goes, the record says so, and people read of it; where nothing is gone nothing is told."""
    quiet = Quiet()
    tell: Any = quiet
    kit = replace(kit, tell=tell)
    vote = await voted(journal, run, clock, "ben")
    await emoji.take_back(kit, run, ())
    assert (quiet.told, list(await journal.votes(run.id))) == ([], [vote])
    await emoji.take_back(kit, run, (vote,))
    assert (quiet.told, list(await journal.votes(run.id))) == (["taken_back", "voted"], [])
    assert [one.actor for one in await journal.record() if one.event == "vote.withdrawn"] == ["T0HOME/U0BEN"]
