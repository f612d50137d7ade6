"""Looks, right before an act, whether votes by emoji still stand on their cards.

Slack tells of an emoji that is taken away, and where it is not heard it tells again for about six minutes. Whoever was
deaf for longer, down or cut off, never hears of it, and the row of the vote would stand. So the card is asked where the
law looks up every voter anyway, and by the same rule: rows are the truth and nothing waits for Slack. An emoji that is
gone takes its row away, aloud; one that could not be looked up does not count, as a voter who cannot be looked up does not.
At a start it would be too early: a connection can be lost without one.

An emoji that appeared meanwhile is left alone: the card shows whose votes count, and whoever misses theirs sets it anew.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.domain.errors import LookupFailed
from bot.domain.run import Run
from bot.domain.value import PlanDigest, UserId
from bot.domain.vote import RESERVED, Choice, Vote
from bot.journal import Binding
from bot.ports import Directory
from runners.kit import Kit
from runners.said import card_key

#: Whoever voted so short a time ago was heard then; Slack may not even show it yet.
_JUST_NOW = timedelta(seconds=10)

_Seen = Mapping[str, frozenset[UserId]]


class Emoji(NamedTuple):
    """What became of votes by emoji, as far as a look at the cards tells."""

    #: Their emoji is not there any more.
    gone: tuple[Vote, ...] = ()
    #: Nobody could say.
    unseen: tuple[Vote, ...] = ()


async def look(kit: Kit, run: Run, bound: Binding, directory: Directory) -> Emoji:
    """Look for the emoji of every vote for the plan that came by one."""
    votes = await kit.journal.votes(run.id)
    now, cards = kit.clock.now(), dict[PlanDigest, _Seen | None]()
    gone, unseen = list[Vote](), list[Vote]()
    for vote in (vote for vote in votes if vote.digest == bound.plan.digest and _asked(vote)):
        if now - vote.at < _JUST_NOW:
            continue
        found = []
        for digest in _cast_on(vote, votes):
            if digest not in cards:
                cards[digest] = await _card(kit, run, digest, directory)
            found.append(cards[digest])
        if any(seen is not None and vote.voter.user in seen.get(vote.via, ()) for seen in found):
            continue
        (unseen if None in found else gone).append(vote)
    return Emoji(tuple(gone), tuple(unseen))


async def take_back(kit: Kit, run: Run, gone: Sequence[Vote]) -> None:
    """Take these votes away; it is told first, because a row that is gone asks for no words any more."""
    for vote in gone:
        await kit.tell.taken_back(run.id, vote)
        await kit.journal.withdraw(run.id, vote.digest, vote.voter, vote.via, vote.choice, kit.clock.now())
    if gone:
        await kit.tell.voted(run.id)


def _asked(vote: Vote) -> bool:
    return vote.choice is Choice.APPROVE and vote.via not in RESERVED


def _cast_on(vote: Vote, votes: Sequence[Vote]) -> list[PlanDigest]:
    """Name the plans on whose cards its emoji may be: a vote that was carried over has its emoji on an earlier one."""
    mine = vote.model_copy(update={"digest": ""})
    return [one.digest for one in votes if one.model_copy(update={"digest": ""}) == mine]


async def _card(kit: Kit, run: Run, digest: PlanDigest, directory: Directory) -> _Seen | None:
    """Look at one card; nothing where it cannot be seen."""
    place = await kit.journal.whereabouts(card_key(run.id, digest))
    if place is None:
        return None
    try:
        return await directory.reactions(*place)
    except LookupFailed:
        return None
