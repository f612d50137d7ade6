"""What the law hears of a person: answers, and look-ups that failed."""

from collections.abc import Mapping

from bot import standing
from bot.domain.errors import LookupFailed
from bot.domain.person import Person, Profile
from bot.domain.value import ChannelId, GroupName, MessageTs, TeamId, UserId
from bot.ports import Directory

ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
PLATFORM, DBA, BOARD = GroupName("platform"), GroupName("dba"), GroupName("board")


class Book:
    """A directory of one person, with a group that cannot be looked up."""

    def __init__(self, *, answers: bool = True) -> None:
        self.answers = answers

    async def profile(self, person: Person) -> Profile:
        if not self.answers:
            raise LookupFailed
        return Profile(person=person, name="ana")

    async def members(self, group: GroupName) -> frozenset[Person]:
        if group == BOARD:
            raise LookupFailed
        return frozenset({ANA}) if group == PLATFORM else frozenset()

    async def shared(self, channel: ChannelId) -> bool:
        raise LookupFailed

    async def reactions(self, channel: ChannelId, ts: MessageTs) -> Mapping[str, frozenset[UserId]]:
        raise LookupFailed

    def fresh(self) -> Directory:
        return self


async def test_groups_are_known_or_unknown() -> None:
    """In one, not in the other, and nobody knows of the third."""
    found = await standing.of(ANA, (PLATFORM, DBA, BOARD, PLATFORM), Book())
    assert found.profile == Profile(person=ANA, name="ana")
    assert found.groups == {PLATFORM}
    assert found.unknown == {BOARD}


async def test_a_profile_that_cannot_be_looked_up_is_none() -> None:
    """The law refuses then; nothing is guessed here."""
    assert (await standing.of(ANA, (), Book(answers=False))).profile is None
