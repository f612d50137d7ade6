"""When changes of a class may run: inside a window, outside every freeze. A freeze goes before a window.

A window opens at a local time and lasts its duration in elapsed time, whatever the clocks do meanwhile.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from bot import cron
from bot.domain.estate import RuleName
from bot.domain.plan import ChangeClass
from bot.domain.request import Wish
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.value import EnvironmentName, Value
from bot.domain.window import Freeze, Opening, Timetable, Window, named, placed
from bot.policy import words

#: What does not open in so long never opens, as far as people are concerned.
HORIZON = timedelta(days=3660)
#: What stays open for so long never closes.
FOREVER = timedelta(days=400)
#: How far ahead a moment may be asked for.
FARTHEST = timedelta(days=30)
_DAY = timedelta(days=1)


class WindowFacts(Value):
    """What must be known to say when something may run."""

    environment: EnvironmentName
    rule: RuleName
    at: AwareDatetime
    #: The windows of the rule by name, `always`, or `None` where the estate has no such rule.
    windows: Literal["always"] | Mapping[str, Window] | None
    #: Those that cover the environment; the rest does no harm.
    freezes: tuple[Freeze, ...] = ()
    #: Look-ups that failed, as sentences.
    unknown: tuple[str, ...] = ()


class _Stretch(NamedTuple):
    """A time without a break in which something is open."""

    begins: datetime
    #: `None`: never.
    ends: datetime | None


def timetable(facts: WindowFacts) -> Timetable:
    """Say whether it is open at the moment of *facts*, why not, when next, and until when."""
    on = tuple(each for each in _covering(facts) if each.on(facts.at))
    names = tuple(dict.fromkeys(each.name for each in on))
    if facts.windows is None:
        return Timetable(at=facts.at, open=False, reasons=(_no_rule(facts),), freezes=names)
    emergency = facts.rule is RuleName.EMERGENCY
    if emergency:
        # It goes past a freeze that nobody can see as well, and has to say so.
        names += tuple(f"unknown: {sentence.rstrip('.')}" for sentence in facts.unknown)
    holding = () if emergency else _covering(facts)
    free = None if facts.unknown and not emergency else _free(facts.windows, holding, facts.at)
    next_open = free.begins if free and free.begins > facts.at else None
    through = _open_windows(facts.windows, facts.at)
    reasons = [] if emergency else [_failed(sentence) for sentence in facts.unknown]
    if not through:
        reasons.append(_closed(facts, next_open))
    if not emergency:
        reasons += [_frozen(each) for each in on]
    return Timetable(
        at=facts.at,
        open=not reasons,
        reasons=tuple(reasons),
        next_open=next_open,
        closes=free.ends if free and not reasons else None,
        window="" if reasons else ", ".join(through),
        freezes=names,
    )


def shut(
    wish: Wish, timetables: Mapping[RuleName, Timetable], now: datetime | None, environment: EnvironmentName
) -> tuple[Reason, ...]:
    """Why a run that is wanted like this has no time at which it may run; empty where it has one."""
    if wish.at is not None:
        return _wrong_moment(wish.at, now)
    tables = [timetables[rule] for rule in map(RuleName, ChangeClass) if rule in timetables]
    if wish.when_open or wish.emergency is not None or any(each.open for each in tables):
        return ()
    reasons = tuple(dict.fromkeys(reason for each in tables for reason in each.reasons))
    opens = min((each.next_open for each in tables if each.next_open), default=None)
    if opens is None:
        return reasons
    text = f"{environment} is next open at {words.written(opens)}: with --when-open it is approved now and runs then."
    return (*reasons, Reason(code=ReasonCode.WINDOW_CLOSED, text=text))


def _wrong_moment(at: datetime, now: datetime | None) -> tuple[Reason, ...]:
    if now is not None and now < at <= now + FARTHEST:
        return ()
    wrong = (
        "is not to come any more" if now is None or at <= now else f"is more than {FARTHEST.days} days ahead"
    )
    return (Reason(code=ReasonCode.BAD_TIME, text=f"{words.written(at)} {wrong}."),)


def _days(window: Window, line: cron.Line, zone: ZoneInfo, after: datetime) -> Iterator[date]:
    """Days on which openings may begin that end after *after*."""
    # A day early, because a local time that is skipped may be placed on the day after.
    first = (after - window.lasts).astimezone(zone).date() - _DAY
    return line.days(first, (after + HORIZON).astimezone(zone).date())


def _on(day: date, minutes: Iterable[int], zone: ZoneInfo) -> Iterator[datetime]:
    for minute in minutes:
        yield placed(datetime.combine(day, time(minute // 60, minute % 60)), zone)


def _stretches(window: Window, after: datetime) -> Iterator[Opening]:
    """The times not over at *after* in which it is open, in few pieces: a window may open every minute for years."""
    line, zone = cron.read(window.opens), ZoneInfo(window.timezone)
    runs = tuple(_runs(line.minutes, window.lasts))
    for day in _days(window, line, zone, after):
        (begin,), (end,) = _on(day, (0,), zone), _on(day + _DAY, (0,), zone)
        if end - begin == _DAY:
            pieces = [(begin + first, begin + last) for first, last in runs]
        else:
            pieces = [(opens_at, opens_at) for opens_at in _on(day, line.minutes, zone)]
        for first, last in pieces:
            if last + window.lasts > after:
                yield Opening(first, last + window.lasts)


def _runs(minutes: tuple[int, ...], lasts: timedelta) -> Iterator[tuple[timedelta, timedelta]]:
    """The first and the last of *minutes* of a plain day between which it does not close."""
    times = [timedelta(minutes=minute) for minute in minutes]
    first = times[0]
    for one, other in pairwise(times):
        if other - one > lasts:
            yield first, one
            first = other
    yield first, times[-1]


def _free(
    windows: Literal["always"] | Mapping[str, Window], freezes: Iterable[Freeze], at: datetime
) -> _Stretch | None:
    """The first time without a break, not over at *at*, in which a window is open and no freeze is on."""
    frozen = _merged(freezes)
    moment = _thawed(frozen, at)
    while moment - at <= HORIZON:
        pieces = _pieces(windows, moment)
        first = next(pieces, None)
        if first is None:
            return None
        begins = max(first.opens_at, moment)
        moment = _thawed(frozen, begins)
        if moment == begins:
            ahead = frozen[bisect_right(frozen, begins, key=_begin) :]
            return _Stretch(begins, _ends(first, pieces, begins, ahead[0].opens_at if ahead else None))
    return None


def _pieces(windows: Literal["always"] | Mapping[str, Window], moment: datetime) -> Iterator[Opening]:
    """All times in which a window is open, in the order in which they begin, that end after *moment*."""
    if windows == "always":
        return iter((Opening(moment, moment + HORIZON),))
    return heapq.merge(*(_stretches(window, moment) for window in windows.values()))


def _ends(
    first: Opening, pieces: Iterator[Opening], begins: datetime, freeze: datetime | None
) -> datetime | None:
    """When nothing is open any more; `None` where that is too far away to be called an end."""
    ends = first.closes_at
    for piece in pieces:
        if piece.opens_at > ends or ends - begins > FOREVER or (freeze and ends >= freeze):
            break
        ends = max(ends, piece.closes_at)
    if freeze and freeze <= ends:
        return freeze
    return None if ends - begins > FOREVER else ends


def _merged(freezes: Iterable[Freeze]) -> list[Opening]:
    """The times in which any of *freezes* is on, in order, without overlaps."""
    whole: list[Opening] = []
    for begins, ends in sorted((each.from_, each.to) for each in freezes):
        if whole and begins <= whole[-1].closes_at:
            whole[-1] = Opening(whole[-1].opens_at, max(ends, whole[-1].closes_at))
        else:
            whole.append(Opening(begins, ends))
    return whole


def _thawed(frozen: Sequence[Opening], moment: datetime) -> datetime:
    """The first moment from *moment* on at which no freeze is on."""
    begun = bisect_right(frozen, moment, key=_begin)
    return max(moment, frozen[begun - 1].closes_at) if begun else moment


def _begin(one: Opening) -> datetime:
    return one.opens_at


def _covering(facts: WindowFacts) -> tuple[Freeze, ...]:
    return tuple(each for each in facts.freezes if each.covers(facts.environment))


def _open_windows(windows: Literal["always"] | Mapping[str, Window], at: datetime) -> tuple[str, ...]:
    if windows == "always":
        return ("always",)
    firsts = {name: next(_stretches(window, at), None) for name, window in windows.items()}
    return tuple(name for name, first in firsts.items() if first and first.opens_at <= at)


def _closed(facts: WindowFacts, next_open: datetime | None) -> Reason:
    until = f" until {words.written(next_open)}" if next_open else ""
    names = ", ".join(facts.windows or ())
    text = f"{facts.environment} is closed for {_what(facts.rule)}{until}, outside of {names}."
    return Reason(code=ReasonCode.WINDOW_CLOSED, text=text)


def _frozen(freeze: Freeze) -> Reason:
    where = {
        "estate": "of the estate",
        "slack": "from Slack",
        "calendar": f"of the calendar {freeze.calendar}",
    }
    text = (
        f"The freeze “{named(freeze.name)}” ({where[freeze.source]}) is on until {words.written(freeze.to)}."
    )
    return Reason(code=ReasonCode.FROZEN, text=text)


def _failed(sentence: str) -> Reason:
    return Reason(code=ReasonCode.LOOKUP_FAILED, text=sentence)


def _no_rule(facts: WindowFacts) -> Reason:
    code = ReasonCode.NO_EMERGENCY if facts.rule is RuleName.EMERGENCY else ReasonCode.NO_RULE
    return Reason(code=code, text=f"The estate has no rule for {_what(facts.rule)} in {facts.environment}.")


def _what(rule: RuleName) -> str:
    return "emergencies" if rule is RuleName.EMERGENCY else f"{rule} changes"
