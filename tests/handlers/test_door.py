"""The door over a real store: what was acknowledged is dealt with, in order, whatever happens meanwhile."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.domain.errors import JournalBroken
from bot.domain.heard import Heard, HeardKind
from bot.domain.message import Message, Saying
from bot.journal import Journal
from bot.store import Store
from handlers import Desk, Gesture, Pointed
from handlers import _door as door
from handlers._door import Door
from handlers.cancel import Cancel
from handlers.deploy import Deploy
from handlers.help import Help
from handlers.status import Status
from tests.fakes.town import Town

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Voice:
    """Keeps what is answered."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.said: list[Saying] = []

    async def answer(self, saying: Saying, heard: str) -> None:
        self.said.append(saying)
        await self._journal.heeded(heard, NOON)


class Ballot(Gesture):
    """Writes down what it is asked, after whatever hinders it."""

    events = ("reaction_added",)
    #: Raised one after the other, before anything is written down.
    trouble: list[Exception]
    seen: list[str]
    #: Emoji that take their time.
    slow: dict[str, asyncio.Event]
    busy: int

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        return {"what": payload["event"]["reaction"], "ts": "1"}

    async def answer(self, pointed: Pointed) -> Message | None:
        if self.trouble:
            raise self.trouble.pop(0)
        type(self).busy += 1
        assert self.busy == 1, "two things that one person did were dealt with at once"
        if pointed.what in self.slow:
            await self.slow[pointed.what].wait()
        await asyncio.sleep(0)
        self.seen.append(pointed.what)
        type(self).busy -= 1
        return None


class SlowStore(Store):
    """A store that is slow to keep what has the key `slow`."""

    kept: asyncio.Event

    async def hear(self, heard: Heard) -> bool:
        if heard.key == "slow":
            await self.kept.wait()
        return await super().hear(heard)


@pytest.fixture
async def store(sqlite_url: str) -> Any:
    opened = await SlowStore.open(sqlite_url)
    SlowStore.kept = asyncio.Event()
    yield opened
    await opened.close()


@pytest.fixture
def listening(store: Store, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A door with one gesture."""
    monkeypatch.setattr(door, "_FIRST_PAUSE", 0.01)
    Ballot.trouble, Ballot.seen, Ballot.slow, Ballot.busy = [], [], {}, 0
    nobody: Any = None
    desk = Desk(
        estate=nobody,
        journal=store,
        clock=SystemClock(),
        engine=nobody,
        directory=nobody,
        dialogs=nobody,
        calendars=nobody,
        voice=nobody,
        turns=nobody,
        nag=nobody,
    )
    return Door(desk, Voice(store), {}, {"ballot": Ballot})


def reaction(key: str) -> Heard:
    event = {"type": "reaction_added", "user": "U0BEN", "reaction": key, "item": {"channel": "C0DEPLOYS"}}
    return Heard(key=key, kind=HeardKind.EVENT, payload={"team_id": "T0HOME", "event": event}, at=NOON)


async def dealt_with(store: Journal) -> None:
    async with asyncio.timeout(10):
        while await store.unheeded():  # noqa: ASYNC110 -- rows have no event
            await asyncio.sleep(0.01)


async def test_a_vote_survives_the_database(listening: Door, store: Store) -> None:
    """A vote that was acknowledged waits for a database that is away; it is neither lost nor struck off."""
    Ballot.trouble += [JournalBroken("restarting"), JournalBroken("restarting")]
    await listening.hear(reaction("plus"))
    await dealt_with(store)
    assert Ballot.seen == ["plus"]


async def test_one_persons_words_keep_their_order(listening: Door, store: Store) -> None:
    """Also those that come just when an earlier one was finished and the next has not begun."""
    Ballot.slow["0"] = asyncio.Event()
    for number in range(3):
        await listening.hear(reaction(str(number)))
    Ballot.slow["0"].set()
    while "0" not in Ballot.seen:  # noqa: ASYNC110 -- the very next turn of the loop is meant
        await asyncio.sleep(0)
    for number in range(3, 6):
        await listening.hear(reaction(str(number)))
    await dealt_with(store)
    assert Ballot.seen == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("courtesy", "answered"),
    [
        pytest.param(60.0, False, id="who still speaks goes first"),
        pytest.param(0.01, True, id="but not for ever"),
    ],
)
async def test_who_speaks_is_heard_before_others_are_answered(
    listening: Door, store: Store, monkeypatch: pytest.MonkeyPatch, courtesy: float, answered: bool
) -> None:
    """An acknowledgement is due within seconds, so the work on answers waits for it a moment."""
    monkeypatch.setattr(door, "_COURTESY", courtesy)
    event = {"type": "reaction_removed", "user": "U0CLEO"}
    somebody = Heard(key="slow", kind=HeardKind.EVENT, payload={"event": event}, at=NOON)
    speaking = asyncio.create_task(listening.hear(somebody))
    await asyncio.sleep(0)
    await listening.hear(reaction("plus"))
    await asyncio.sleep(0.2)
    assert (Ballot.seen == ["plus"]) is answered
    SlowStore.kept.set()
    await speaking
    await dealt_with(store)
    assert Ballot.seen == ["plus"]


POISON: dict[str, dict[str, Any]] = {
    "an event that is nothing": {"event": None},
    "an event that is a word": {"event": "reaction_added"},
    "an event without an item": {"event": {"type": "reaction_added", "user": "U0BEN"}},
    "a person who is nobody": {"event": {"type": "reaction_added", "user": None, "item": None}},
    "nothing at all": {},
}


@pytest.mark.parametrize("payload", [pytest.param(payload, id=name) for name, payload in POISON.items()])
@pytest.mark.parametrize("kind", list(HeardKind))
async def test_poison_is_struck_off(
    listening: Door, store: Store, kind: HeardKind, payload: dict[str, Any]
) -> None:
    """What nobody can understand is tried once, and not again at every start."""
    await listening.hear(Heard(key="poison", kind=kind, payload=payload, at=NOON))
    await listening.hear(reaction("plus"))
    await dealt_with(store)
    assert Ballot.seen == ["plus"]


@pytest.mark.parametrize(
    "text", ["", "help", "nonsense", "status", "cancel", "deploy", "deploy prd", "deploy prod -x"]
)
async def test_strangers_learn_nothing(town: Town, text: str) -> None:
    """Not which words there are, nor which environments, nor who holds them."""
    voice = Voice(town.journal)
    behind = Door(town.desk, voice, {"help": Help, "status": Status, "cancel": Cancel, "deploy": Deploy}, {})
    body = {
        "command": "/interlock",
        "text": text,
        "team_id": "T0OTHER",
        "user_id": "U0SAM",
        "channel_id": "C0DEPLOYS",
    }
    await behind.hear(Heard(key="words", kind=HeardKind.COMMAND, payload=body, at=NOON))
    await dealt_with(town.journal)
    (saying,) = voice.said
    assert saying.only_for == "U0SAM"
    assert "belongs to another workspace" in saying.message.text
    told = saying.model_dump_json().replace(text or "/interlock", "")
    assert not any(word in told for word in ("staging", "prod", "platform", "dry-run"))
