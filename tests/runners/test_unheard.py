"""What was done to a card while nobody heard: found, put as Slack would have told it, and dealt with."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.heard import SEEN, Heard, HeardKind, emoji_on
from bot.domain.run import Run
from bot.domain.value import UserId
from bot.store import Store
from runners import unheard
from runners.kit import Kit
from tests.fakes.clock import FakeClock
from tests.fakes.town import DEPLOYS
from tests.runners import test_emoji
from tests.runners.steps.conftest import DIGEST
from tests.runners.test_emoji import CHECK, FIRST, posted, voted

clock, journal, kit = test_emoji.clock, test_emoji.journal, test_emoji.kit
run, wish = test_emoji.run, test_emoji.wish
PLACE = (DEPLOYS, FIRST)
CAME, WENT = "reaction_added", "reaction_removed"


def told(clock: FakeClock, what: str, user: str, name: str, number: int, ago: float = 0) -> Heard:
    """What Slack says of one emoji, *ago* seconds after it was done."""
    done = clock.now() - timedelta(seconds=ago)
    item = {"type": "message", "channel": DEPLOYS, "ts": FIRST}
    event: dict[str, Any] = {"type": what, "user": user, "reaction": name, "item": item}
    event["event_ts"] = f"{done.timestamp():.6f}"
    key = f"event:Ev{number}"
    return Heard(key=key, kind=HeardKind.EVENT, payload={"event": event}, at=clock.now())


async def came(kit: Kit, run: Run, **seen: set[str]) -> list[tuple[str, str]]:
    """Who set which emoji unheard, of those that are *seen* on the card."""
    shown = {name.replace("minus", "-1"): frozenset(map(UserId, users)) for name, users in seen.items()}
    found, _ = await unheard.came(kit, PLACE, shown, await kit.journal.votes(run.id), None)
    return [(one.payload["event"]["user"], one.payload["event"]["reaction"]) for one in found]


async def test_what_nobody_heard(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """Only emoji that mean something, and no votes that stand."""
    await posted(journal, run, DIGEST, FIRST, clock)
    await voted(journal, run, clock, "ben")
    shown = {CHECK: {"U0BEN", "U0CLEO"}, "tada": {"U0DANA"}, "minus": {"U0ANA"}}
    assert await came(kit, run, **shown) == [("U0ANA", "-1"), ("U0CLEO", CHECK)]


@pytest.mark.parametrize(
    ("heard", "seconds", "found"),
    [
        pytest.param([CAME], 60, False, id="it came, and was answered"),
        pytest.param([CAME, WENT], 60, True, id="it went again"),
        pytest.param([CAME, WENT], 9, False, id="it went again just now"),
        pytest.param([CAME, WENT, CAME], 60, False, id="it came again"),
    ],
)
async def test_what_was_heard(
    kit: Kit, run: Run, clock: FakeClock, heard: list[str], seconds: int, found: bool
) -> None:
    """What was heard last of that emoji is what is known; of others it says nothing."""
    for number, what in enumerate(heard):
        await kit.journal.hear(told(clock, what, "U0CLEO", f"{CHECK}::skin-tone-2", number))
        await clock.advance(1)
    await clock.advance(seconds - 1)
    expected = [("U0BEN", CHECK), ("U0CLEO", CHECK)] if found else [("U0BEN", CHECK)]
    assert await came(kit, run, **{CHECK: {"U0BEN", "U0CLEO"}}) == expected


async def test_what_was_repeated_late(kit: Kit, run: Run, clock: FakeClock) -> None:
    """The order in which things were done counts, not the one in which they were heard."""
    await kit.journal.hear(told(clock, WENT, "U0CLEO", CHECK, 1))
    await clock.advance(60)
    await kit.journal.hear(told(clock, CAME, "U0CLEO", CHECK, 2, ago=90))
    await clock.advance(60)
    assert await came(kit, run, **{CHECK: {"U0CLEO"}}) == [("U0CLEO", CHECK)]


@pytest.mark.parametrize(("deaf", "early"), [(True, True), (False, False)])
async def test_too_early_to_tell(kit: Kit, clock: FakeClock, deaf: bool, early: bool) -> None:
    """What went right before nobody heard may be shown still, or again."""
    await kit.journal.hear(told(clock, WENT, "U0CLEO", CHECK, 1))
    await clock.advance(5)
    shown = {CHECK: frozenset({UserId("U0CLEO")})}
    since = clock.now() if deaf else None
    assert await unheard.came(kit, PLACE, shown, (), since) == ((), early)


async def test_it_is_put_as_slack_would(kit: Kit, clock: FakeClock) -> None:
    """By whom, what and where, as early as it can have been; and twice the same is the same."""
    await clock.advance(60)
    shown = {CHECK: frozenset({UserId("U0CLEO")})}
    ((one,), _) = await unheard.came(kit, PLACE, shown, (), None)
    ((again,), _) = await unheard.came(kit, PLACE, shown, (), None)
    item = {"type": "message", "channel": DEPLOYS, "ts": FIRST}
    event = {k: v for k, v in one.payload["event"].items() if k != "event_ts"}
    assert event == {"type": CAME, "user": "U0CLEO", "reaction": CHECK, "item": item}
    assert (one.payload["team_id"], one.kind) == ("T0HOME", HeardKind.EVENT)
    assert one.key == again.key == f"{SEEN}:{emoji_on(*PLACE)}:U0CLEO:{CHECK}:0"
    assert one.done_at == clock.now() - timedelta(seconds=10)
    await kit.journal.hear(told(clock, WENT, "U0CLEO", CHECK, 1, ago=5))
    await clock.advance(4)
    await clock.advance(6)
    ((later,), _) = await unheard.came(kit, PLACE, shown, (), None)
    assert later.key != one.key
    assert later.done_at > clock.now() - timedelta(seconds=15)


async def test_a_vote_that_went(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """It went after it was cast, and where its card was never posted nobody can have taken it away."""
    vote = await voted(journal, run, clock, "ben")
    assert await unheard.went(kit, vote) is None
    await posted(journal, run, DIGEST, FIRST, clock)
    gone = await unheard.went(kit, vote)
    assert gone is not None
    assert gone.payload["event"]["type"] == WENT
    assert gone.done_at == vote.at + timedelta(microseconds=1)


async def test_hearing_lasts_until_it_is_dealt_with(
    kit: Kit, journal: Store, run: Run, clock: FakeClock
) -> None:
    """Whatever was heard of that card, by whomever; other things are waited for by nobody."""
    await posted(journal, run, DIGEST, FIRST, clock)
    event = told(clock, CAME, "U0CLEO", CHECK, 1)
    other = event.model_copy(update={"key": "event:Ev2", "payload": {}})
    kit = replace(kit, hear=_kept(journal))
    await journal.hear(other)
    waiting = asyncio.create_task(unheard.hear(kit, run, await kit.bound(run), (event,)))
    while event not in await journal.unheeded():  # noqa: ASYNC110 -- rows have no event
        await asyncio.sleep(0.01)
    await clock.advance(5)
    assert not waiting.done()
    await journal.heeded(event.key, clock.now())
    while not waiting.done():
        await clock.advance(1)
        await asyncio.sleep(0.01)
    assert list(await journal.unheeded()) == [other]


def _kept(journal: Store) -> Any:
    async def hear(heard: Heard) -> None:
        await journal.hear(heard)

    return hear
