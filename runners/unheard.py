"""What was done to a card while nobody heard, put as Slack would have told it.

So it goes through the same door, is judged by the same law, and is answered in the same words as if it had been heard.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.emoji import canonical
from bot.domain.estate import Estate
from bot.domain.heard import SEEN, Heard, HeardKind, emoji_on
from bot.domain.run import Run
from bot.domain.value import ChannelId, MessageTs, UserId
from bot.domain.vote import RESERVED, Vote
from bot.journal import Binding
from runners.kit import Kit
from runners.said import card_key

#: Whatever was heard so short a time ago is newer than what Slack may show. A clock may be so far from Slack's.
JUST_NOW = timedelta(seconds=10)
#: Least time between two things that were done.
_AFTER = timedelta(microseconds=1)
#: Seconds between two looks whether the door has dealt with what it was told.
_LOOK = 0.05
_CAME, _WENT = "reaction_added", "reaction_removed"

#: Where a message stands.
Place = tuple[ChannelId, MessageTs]
#: Who has set which emoji on it.
Seen = Mapping[str, frozenset[UserId]]


async def went(kit: Kit, vote: Vote) -> Heard | None:
    """What Slack would have told of the emoji of *vote*, which is gone; nothing where its card was never posted."""
    place = await kit.journal.whereabouts(card_key(vote.run, vote.digest))
    if place is None:
        return None
    who = (vote.voter.user, vote.via)
    return _told(kit, place, who, _WENT, _of(await kit.journal.emoji(*place), who), vote)


async def came(
    kit: Kit, place: Place, seen: Seen, votes: Sequence[Vote], since: datetime | None
) -> tuple[tuple[Heard, ...], bool]:
    """Find the emoji that mean something and that neither a vote nor anything that was heard explains.

    Also whether it is too early to tell of one, because it was heard to go just before nobody heard, until *since*.
    """
    there = {(user, name) for name in _meant(kit.estate) for user in seen.get(name, ())}
    strange = sorted(there - {(vote.voter.user, vote.via) for vote in votes})
    heard = await kit.journal.emoji(*place) if strange else ()
    now, found, early = kit.clock.now(), list[Heard](), False
    for who in strange:
        before = _of(heard, who)
        last = max(before, key=lambda one: one.done_at, default=None)
        if last is not None and last.payload["event"]["type"] == _CAME:
            # It was heard, and answered, and does not count.
            continue
        if last is None or now - last.at >= JUST_NOW:
            found.append(_told(kit, place, who, _CAME, before))
        else:
            early |= since is not None and last.at < since
    return tuple(found), early


async def hear(kit: Kit, run: Run, bound: Binding, came: Iterable[Heard]) -> None:
    """Say at the door what came; come back once all that was heard of the card, this or other, is dealt with."""
    for heard in came:
        await kit.hear(heard)
    place = await kit.journal.whereabouts(card_key(run.id, bound.plan.digest))
    about = emoji_on(*place) if place else ""
    while about and any(one.about == about for one in await kit.journal.unheeded()):
        await kit.clock.sleep(_LOOK)


def _told(
    kit: Kit,
    place: Place,
    who: tuple[UserId, str],
    what: str,
    before: Sequence[Heard],
    vote: Vote | None = None,
) -> Heard:
    """Put it as Slack would have, and as early as it can have been: what is done next must come after it."""
    now, (channel, ts), (user, name) = kit.clock.now(), place, who
    earlier = [one.done_at for one in before] + ([vote.at] if vote else [])
    done = max([now - JUST_NOW, *(moment + _AFTER for moment in earlier)])
    event = {
        "type": what,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel, "ts": ts},
        "event_ts": f"{done.timestamp():.6f}",
    }
    payload: dict[str, Any] = {
        "type": "event_callback",
        "team_id": kit.estate.slack.teams[0],
        "event": event,
    }
    # The same at each look, until more is heard of it.
    key = f"{SEEN}:{emoji_on(channel, ts)}:{user}:{name}:{len(before)}"
    return Heard(key=key, kind=HeardKind.EVENT, payload=payload, at=now)


def _of(heard: Iterable[Heard], who: tuple[UserId, str]) -> list[Heard]:
    """Of what was *heard*, what that person did with that emoji."""
    events = ((one, one.payload.get("event", {})) for one in heard)
    return [one for one, event in events if (event.get("user"), canonical(str(event.get("reaction")))) == who]


def _meant(estate: Estate) -> frozenset[str]:
    slack = estate.slack
    return frozenset(map(canonical, (*slack.approve_emoji, *slack.reject_emoji))) - RESERVED
