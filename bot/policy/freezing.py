"""Freezes from Slack: what the words mean, and who may add and lift which.

A freeze keeps everybody from starting runs, so whoever adds or lifts one needs the permission in every environment
that it covers.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime

from bot.domain.duration import as_duration
from bot.domain.nearest import hint, nearest
from bot.domain.person import Person
from bot.domain.ruling import Allow, Deny, Reason, ReasonCode, ruled
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId, Value
from bot.domain.window import LONGEST_NAME, Freeze, named
from bot.policy import permissions, words
from bot.policy.facts import Standing

LONGEST = timedelta(days=366)
#: Quotation marks that people type, and what keyboards and Slack itself make of them: double ones, and single ones.
_QUOTES = (
    '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»',
    "'\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}",
)
_SPAN = re.compile(r"(.*?)(?:\.\.+|…)(.*)")


class Wanted(NamedTuple):
    """A freeze as somebody asked for it, before anybody judges it."""

    name: str
    begins: datetime
    ends: datetime
    environments: tuple[EnvironmentName, ...]


class FreezeFacts(Value):
    """What must be known when somebody adds or lifts a freeze."""

    now: AwareDatetime
    who: Standing
    channel: ChannelId
    channels: frozenset[ChannelId]
    teams: frozenset[TeamId]
    #: Who may freeze each environment there is.
    freezers: Mapping[EnvironmentName, tuple[GroupName, ...]]
    #: Freezes that are on or to come, wherever they stand.
    standing: tuple[Freeze, ...]


def adding(said: tuple[str, ...], now: datetime) -> Wanted | str:
    """Understand `NAME FROM..TO [ENV…]`; else one sentence about what is wrong."""
    name, rest = naming(said)
    if not name or name != named(name):
        return f"How is it called? Write one word, or several in quotation marks, at most {LONGEST_NAME} characters."
    if not rest or (span := _SPAN.fullmatch(rest[0])) is None:
        return "From when to when? Write FROM..TO, like now..2h or 2026-12-24T00:00Z..2026-12-27T00:00Z."
    begins = now if span[1].lower() == "now" else words.moment(span[1])
    if isinstance(begins, str):
        return begins
    ends = _end(span[2], begins)
    if isinstance(ends, str):
        return ends
    # What has begun already begins now: nothing was frozen before.
    environments = tuple(dict.fromkeys(map(EnvironmentName, rest[1:])))
    return Wanted(name, max(begins, min(now, ends)), ends, environments)


def naming(said: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Split off a name, which is one word or several in quotation marks; empty where it has no end."""
    if not said:
        return "", ()
    marks = next((marks for marks in _QUOTES if said[0][:1] in marks), "")
    if not marks:
        return said[0], said[1:]
    for count, word in enumerate(said, 1):
        if word.endswith(tuple(marks)) and (count > 1 or len(word) > 1):
            return " ".join(said[:count])[1:-1].strip(), said[count:]
    return "", ()


def _end(word: str, begins: datetime) -> datetime | str:
    """A moment, or a length of time from the beginning on."""
    try:
        return begins + as_duration(word)
    except ValueError:
        return words.moment(word)
    except OverflowError:
        return f"“{words.plain(word)}” is too far away."


def add(wanted: Wanted, facts: FreezeFacts) -> Allow | Deny:
    """Say whether the freeze may stand."""
    reasons = [*_known(wanted.environments, facts), *_who(wanted.environments, facts, "freeze")]
    if wanted.ends <= facts.now:
        reasons.append(_time(f"It would be over already, at {words.written(wanted.ends)}."))
    elif wanted.ends <= wanted.begins:
        reasons.append(_time("It would end before it begins."))
    elif wanted.ends - wanted.begins > LONGEST:
        reasons.append(_time(f"It would be longer than {LONGEST.days} days."))
    else:
        reasons += _stands(wanted, facts)
    return ruled(reasons)


def lift(name: str, facts: FreezeFacts) -> Allow | Deny:
    """Say whether the freeze of that name may be lifted."""
    mine, others = found(name, facts.standing), _called(name, facts.standing)
    if mine is not None:
        return ruled(_who(mine.environments, facts, "lift freezes of"))
    reasons = _who((), facts, None)
    if others:
        where = {"estate": "the estate file", "calendar": f"the calendar “{words.plain(others[0].calendar)}”"}
        text = f"“{words.plain(others[0].name)}” stands in {where[others[0].source]}: it ends where that is changed."
    else:
        text = f"There is no freeze “{words.plain(name)}”; {_near(name, facts.standing)}"
    return ruled((*reasons, Reason(code=ReasonCode.UNKNOWN_FREEZE, text=text)))


def found(name: str, standing: Iterable[Freeze]) -> Freeze | None:
    """The freeze from Slack of that name."""
    return next((each for each in _called(name, standing) if each.source == "slack"), None)


def same(wanted: Wanted, by: Person, standing: Iterable[Freeze]) -> bool:
    """Whether the very freeze that *by* wants is there already: the same words, dealt with twice."""
    there = found(wanted.name, standing)
    return there is not None and (there.by, there.from_, there.to, there.environments) == (
        by, wanted.begins, wanted.ends, wanted.environments,
    )  # fmt: skip


def _called(name: str, standing: Iterable[Freeze]) -> tuple[Freeze, ...]:
    return tuple(each for each in standing if each.name.casefold() == name.casefold())


def _near(name: str, standing: Collection[Freeze]) -> str:
    known = {words.plain(each.name) for each in standing if each.source == "slack"}
    if not known:
        return "none was added from Slack."
    near = nearest(name, known)
    return f"did you mean “{near}”?" if near else f"known: {', '.join(sorted(known)[:10])}."


def _stands(wanted: Wanted, facts: FreezeFacts) -> Iterator[Reason]:
    """Why there is no room for it beside the freezes of Slack and the estate; calendars do as they like."""
    asked = wanted.environments or tuple(facts.freezers)
    for other in facts.standing:
        if other.source == "calendar":
            continue
        where = "in the estate" if other.source == "estate" else "from Slack"
        title = f"“{words.plain(other.name)}” ({where}, {words.written(other.from_)} to {words.written(other.to)})"
        shared = [name for name in asked if other.covers(name)]
        if other.name.casefold() == wanted.name.casefold():
            yield Reason(code=ReasonCode.FREEZE_STANDS, text=f"There is a freeze of that name: {title}.")
        elif shared and wanted.begins < other.to and other.from_ < wanted.ends:
            text = f"It would overlap with {title} for {', '.join(shared[:10])}."
            yield Reason(code=ReasonCode.FREEZE_STANDS, text=text)


def _known(environments: Iterable[EnvironmentName], facts: FreezeFacts) -> Iterator[Reason]:
    for name in environments:
        if name not in facts.freezers:
            near = hint(name, facts.freezers).replace("`", "")
            text = f"There is no environment “{words.plain(name)}”; {near}"
            yield Reason(code=ReasonCode.UNKNOWN_ENVIRONMENT, text=text)


def _who(environments: Collection[EnvironmentName], facts: FreezeFacts, what: str | None) -> list[Reason]:
    """Why *facts.who* may not do *what* to *environments*, or to all of them where none is named."""
    reasons = [
        *permissions.membership(facts.who, facts.teams),
        *permissions.channel(facts.channel, facts.channels),
    ]
    # Whatever the estate does not know any more was frozen for those who may freeze everything.
    asked = [name for name in environments if name in facts.freezers] or list(facts.freezers)
    for name in asked if what else ():
        reasons += permissions.group(facts.who, facts.freezers[name], f"{what} {name}")
    return reasons


def _time(text: str) -> Reason:
    return Reason(code=ReasonCode.BAD_TIME, text=text)
