"""Looks at the cards themselves, for what was done there while nobody heard.

Slack tells of an emoji that comes or goes, and where it is not heard it tells again for about six minutes. Whoever was
deaf for longer, down or cut off, never hears of it. `runners.overhear` looks whenever somebody listens again; and right
before an act, where the law looks up every voter anyway, the card is looked at once more:

- An emoji that came is heard as if Slack had told of it now: through the same door, by the same law, in the same words.
  A no that counts is a row then, and hinders the act. A yes counts from the next look on: its voter was not looked up.
- An emoji that is gone takes its row away, aloud; one that could not be looked up does not count, as a voter who cannot
  be looked up does not.
- On a card that cannot be looked at there may stand a no. That hinders the act where somebody was deaf after the card
  was posted and has not seen it since; otherwise all that was put on it was heard. It is tried for half a minute, then
  the run is refused, or a switch stays where it is. That is never for good: the card of a fresh run is heard from its
  first moment on, and a switch that is told to go on looks again.
- Where the law asks for nobody's vote nobody can say no, so most ways back wait for no look.

Whatever was heard in the last seconds is not doubted, for Slack may not even show it yet; where somebody was deaf right
after it, it is looked at again once Slack must show it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.errors import LookupFailed
from bot.domain.heard import Heard
from bot.domain.run import Run
from bot.domain.value import PlanDigest
from bot.domain.vote import RESERVED, Choice, Vote
from bot.journal import Binding
from bot.ports import Directory
from runners import unheard
from runners.kit import Kit
from runners.said import card_key
from runners.unheard import JUST_NOW, Place, Seen


class Emoji(NamedTuple):
    """What became of emoji, as far as a look at the cards tells."""

    #: Votes whose emoji is not there any more.
    gone: tuple[Vote, ...] = ()
    #: Votes of which nobody could say.
    unseen: tuple[Vote, ...] = ()
    #: Those that stand on the card and were not heard.
    came: tuple[Heard, ...] = ()
    #: There may be more, and nobody can say yet.
    blind: bool = False


class _Card(NamedTuple):
    place: Place | None
    #: Nothing where it could not be looked at.
    seen: Seen | None


async def look(kit: Kit, run: Run, bound: Binding, directory: Directory) -> Emoji:
    """Look at the card of the plan, and for the emoji of every vote for the plan that came by one."""
    votes = await kit.journal.votes(run.id)
    mine = [vote for vote in votes if vote.digest == bound.plan.digest]
    now, cards = kit.clock.now(), dict[PlanDigest, _Card]()
    if bound.ask.of or bound.ask.loss:
        cards[bound.plan.digest] = await _card(kit, run, bound.plan.digest, directory)
    gone, unseen = list[Vote](), list[Vote]()
    since, early = kit.unheard.get(run.id), False
    for vote in filter(_asked, mine):
        found = []
        for digest in _cast_on(vote, votes):
            if digest not in cards:
                cards[digest] = await _card(kit, run, digest, directory)
            found.append(cards[digest].seen)
        if any(seen is not None and vote.voter.user in seen.get(vote.via, ()) for seen in found):
            continue
        if now - vote.at < JUST_NOW:
            early |= since is not None and vote.at < since
            continue
        (unseen if None in found else gone).append(vote)
    place, seen = cards.get(bound.plan.digest, _Card(None, None))
    if place is None:
        return Emoji(tuple(gone), tuple(unseen))
    came, too_early = await unheard.came(kit, place, seen or {}, mine, since)
    blind = since is not None and (seen is None or early or too_early)
    return Emoji(tuple(gone), tuple(unseen), came, blind)


async def take_back(kit: Kit, run: Run, gone: Sequence[Vote]) -> None:
    """Take these votes away; it is told first, because a row that is gone asks for no words any more."""
    for vote in gone:
        await kit.tell.taken_back(run.id, vote)
        away = await unheard.went(kit, vote)
        if away is not None:
            await kit.journal.hear(away)
        await kit.journal.withdraw(run.id, vote.digest, vote.voter, vote.via, vote.choice, kit.clock.now())
        if away is not None:
            # It counts as heard: set anew, it is another one.
            await kit.journal.heeded(away.key, kit.clock.now())
    if gone:
        await kit.tell.voted(run.id)


def _asked(vote: Vote) -> bool:
    return vote.choice is Choice.APPROVE and vote.via not in RESERVED


def _cast_on(vote: Vote, votes: Sequence[Vote]) -> list[PlanDigest]:
    """Name the plans on whose cards its emoji may be: a vote that was carried over has its emoji on an earlier one."""
    mine = vote.model_copy(update={"digest": ""})
    return [one.digest for one in votes if one.model_copy(update={"digest": ""}) == mine]


async def _card(kit: Kit, run: Run, digest: PlanDigest, directory: Directory) -> _Card:
    """Look at one card."""
    place = await kit.journal.whereabouts(card_key(run.id, digest))
    if place is None:
        return _Card(None, None)
    try:
        return _Card(place, await directory.reactions(*place))
    except LookupFailed:
        return _Card(place, None)
