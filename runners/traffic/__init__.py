"""What steers traffic between two colours: what every switcher has in common.

A switcher compares what is there with what is expected before it writes, and reads back afterwards. What it writes is a
state and no step, so that writing it again changes nothing; only who wrote in between must be known.
"""

import asyncio
import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any, ClassVar, NoReturn, TypeVar

from bot.domain.colour import Colour
from bot.domain.errors import (
    Broken,
    Refused,
    TrafficBroken,
    TrafficHalf,
    TrafficMoved,
    TrafficRefused,
    TrafficUnknown,
)
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Health, Seen, Weights
from runners.aws import AwsSilent
from runners.context import Context, fill, unknown

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Seconds between two reads where a read may be stale: before somebody else is blamed, and after a write.
PAUSES_BEFORE: tuple[float, ...] = (0.5, 1.5)
PAUSES_AFTER: tuple[float, ...] = (0.25, 0.5, 1, 2, 4)
#: Seconds after which no read after a write is begun any more.
PATIENCE = 30.0

_NOTHING = "Nothing was written."


class Switcher(ABC):
    """One place where the traffic of one service is steered; a subclass is a kind."""

    #: What the estate may say about this kind.
    Settings: ClassVar[type[SwitcherSettings]]
    #: Each colour can get a part of the traffic; else only all or nothing.
    gradual: ClassVar[bool] = True

    def __init__(self, settings: SwitcherSettings, context: Context) -> None:
        """Put the outputs of *context* into the *settings*; raises `TrafficRefused` where one is not there."""
        self.settings, missing = fill(settings, context)
        if missing:
            msg = f"{unknown(missing)}. Nothing was written."
            raise TrafficRefused(msg)
        self.context = context

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is steered, for people: `listener app/main/50dc6c495c0c9188`; never a secret."""

    @abstractmethod
    async def look(self) -> Seen:
        """Where traffic goes now.

        Raises `TrafficRefused` where this is not the service's place (no such target group, another service's, a third
        one beside the two, access denied), and `TrafficBroken` where nobody answers.
        """

    async def weights(self) -> Weights:
        """Where traffic goes now, whoever is there to take it; raises what `look` does."""
        return (await self.look()).weights

    @abstractmethod
    async def shift(self, expected: Weights, to: Weights, *, back: bool = False) -> Weights:
        """Write *to* where *expected* still stands, and give what is read back afterwards, which is *to*.

        Where *to* stands there already nothing is written. Where several places move together, each of them may stand at
        *expected* or at *to*: so a move that was cut off half-way is finished, or taken back. On the way *back* a colour
        that serves some of the traffic may get more even where nobody can say who is behind it. Raises `TrafficMoved` where
        other weights are there (nothing is written), or are read back; `TrafficRefused` where AWS says no, or nobody
        healthy is behind a colour that would get more; `TrafficBroken` where nothing was written; `TrafficUnknown` where
        nobody can say, and `TrafficHalf` where some places were written and others were not.
        """


@dataclass(frozen=True)
class Standing:
    """What stands in every place that moves."""

    #: By name; a switcher of one place has one.
    parts: Mapping[str, Weights]
    #: As it was read, whole, for whoever writes it back.
    raw: Any
    sticky: int = 0
    #: Of blue and of green, where what was read counts them too.
    targets: tuple[Health | None, Health | None] = (None, None)

    @property
    def weights(self) -> Weights:
        """What all places say, else their mean, which is never what one end of a move says."""
        said = list(self.parts.values())
        if all(one == said[0] for one in said):
            return said[0]
        blue = min(max(round(mean(one.part(Colour.BLUE) for one in said)), 1), 99)
        return Weights.giving(Colour.BLUE, blue)

    @property
    def mixed(self) -> str:
        """What each place says, where they differ."""
        if len(set(self.parts.values())) == 1:
            return ""
        return "; ".join(f"{name}: {weights}" for name, weights in self.parts.items())


#: Writes once, and gives what its arrival can be asked by; raises `Refused` where it was not done and will not be, and
#: another `Broken` than `TrafficBroken` where nobody can say.
Write = Callable[[], Awaitable[str]]


class Careful(Switcher):
    """A switcher that writes for itself: what is the same in all of them is to doubt their own writes."""

    #: The greatest weight that can be written.
    heaviest: ClassVar[float] = math.inf

    async def look(self) -> Seen:
        """Where traffic goes now, and who is there to take it."""
        found = await self._reading(self._find())
        return self._seen(found, await self._reading(self._targets(found)))

    async def weights(self) -> Weights:
        """Where traffic goes now, and not a question more."""
        return (await self._reading(self._find())).weights

    async def shift(self, expected: Weights, to: Weights, *, back: bool = False) -> Weights:
        """Write *to* where *expected* still stands, nearer and nearer where it is more than one write."""
        self._possible(to)
        found = await self._expected(expected, to)
        if _at(found.parts, self._goal(found, to)):
            if expected != to:
                # Whoever wrote it may have been cut off before it counted everywhere.
                await self._arrived("")
            return to
        await self._peopled(found, to, back=back)
        # Counting targets took a while, so the last look before the write is a new one.
        first = found = await self._expected(expected, to)
        ticket = ""
        while not _at(found.parts, self._goal(found, to)):
            sent = await self._send(found, to)
            after = await self._read_back(found, to, sent)
            self._judge(first, found, after, to, sent)
            found, ticket = after, sent.ticket
        await self._arrived(ticket)
        return to

    @abstractmethod
    async def _find(self) -> Standing:
        """Read what stands there; raises `Refused` and `Broken`."""

    @abstractmethod
    def _writes(self, found: Standing, to: Weights) -> Sequence[Write]:
        """Say what is to be written, in this order, and only where it does not stand there already."""

    def _possible(self, to: Weights) -> None:
        """Raise `TrafficRefused` where *to* cannot be written here."""
        if not to.blue and not to.green:
            self._refuse("no colour would get any traffic")
        if not self.gradual and to.active is None:
            self._refuse("traffic moves here all at once, or not at all")
        if max(to.blue, to.green) > self.heaviest:
            self._refuse(f"a weight goes from 0 to {self.heaviest}, and {to} goes beyond")

    async def _targets(self, found: Standing) -> tuple[Health | None, Health | None]:
        """Count the targets of blue and of green, where there is something to count."""
        return found.targets

    async def _arrived(self, ticket: str) -> None:
        """Wait until what was written and read back counts everywhere; raises `TrafficLate`."""

    def _goal(self, found: Standing, to: Weights) -> Mapping[str, Weights]:
        """Say what each place has to say where *to* stands there, in the order of writing."""
        return dict.fromkeys(found.parts, to)

    def _known(self, found: Standing, expected: Weights, to: Weights) -> bool:
        """Tell whether this is *expected*, or can be what a move to *to*, or from there, left when it was cut off."""
        if found.weights == expected:
            return True
        old, new = self._goal(found, expected), self._goal(found, to)
        return all(part in {old[name], new[name]} for name, part in found.parts.items())

    def _seen(self, found: Standing, targets: tuple[Health | None, Health | None]) -> Seen:
        blue, green = targets
        redact = self.context.redact
        return Seen(
            weights=found.weights, blue=blue, green=green, sticky=found.sticky, mixed=redact(found.mixed)
        )

    def _refuse(self, why: str) -> NoReturn:
        """Raise `TrafficRefused` with *why*, of which it is the end of a sentence."""
        raise TrafficRefused(self.context.redact(f"{self.place}: {why}. {_NOTHING}"))

    async def _reading(self, read: Awaitable[T]) -> T:
        """Read before anything was written."""
        try:
            return await read
        except TrafficRefused:
            raise
        except Refused as error:
            raise TrafficRefused(self._told(error, _NOTHING)) from error
        except Broken as error:
            raise TrafficBroken(self._told(error, _NOTHING)) from error

    async def _expected(self, expected: Weights, to: Weights) -> Standing:
        """Find what is expected, or *to* already.

        A read may be behind. So nobody else is blamed at once; and on a way back a read that is behind says just *to*.
        """
        for pause in (*PAUSES_BEFORE, None):
            found = await self._reading(self._find())
            there = _at(found.parts, self._goal(found, to))
            if (not there or expected == to) and self._known(found, expected, to):
                return found
            if pause is not None:
                await asyncio.sleep(pause)
        if not there:
            raise TrafficMoved(expected, found.weights)
        return found

    async def _peopled(self, found: Standing, to: Weights, *, back: bool) -> None:
        """Refuse to give more to a colour with nobody behind it, whichever way traffic goes."""
        there = found.weights
        more = [colour for colour in Colour if to.part(colour) > there.part(colour)]
        try:
            seen = self._seen(found, await self._reading(self._targets(found)))
        except (TrafficRefused, TrafficBroken) as error:
            if not back or not all(there.part(colour) for colour in more):
                raise
            # Whoever serves already is no worse than what the traffic is taken from.
            log.warning("traffic.uncounted", extra={"place": self.place, "why": str(error)})
            return
        for colour in more:
            health = seen.health(colour)
            if health is None or health.healthy:
                continue
            why = f" ({health.why})" if health.why else ""
            count = f"none of {health.total} targets is healthy{why}" if health.total else "it has no targets"
            self._refuse(f"nobody is behind {colour}: {count}")

    async def _send(self, before: Standing, to: Weights) -> "_Sent":
        """Write on from *before* until something goes wrong."""
        confirmed, ticket = 0, ""
        for write in self._writes(before, to):
            try:
                ticket = await write()
            except (Refused, Broken) as error:
                return _Sent(confirmed, "", error)
            confirmed += 1
        return _Sent(confirmed, ticket)

    async def _read_back(self, before: Standing, to: Weights, sent: "_Sent") -> Standing:
        """Read until *to* stands there, or what is neither that nor a stale read of it."""
        if sent.nothing:
            return before
        found, lost, agreed = None, None, 0
        until = asyncio.get_running_loop().time() + PATIENCE
        for pause in (*PAUSES_AFTER, None):
            try:
                found = await self._find()
            except (Refused, Broken) as error:
                lost = error
            else:
                goal = self._goal(found, to)
                if not _between(found.parts, before.parts, goal):
                    return found
                agreed = agreed + 1 if _at(found.parts, goal) else 0
                # A write without an answer has only the reads to speak for it.
                if agreed > (sent.trouble is not None):
                    return found
            if pause is None or asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(pause)
        if found is None:
            msg = "What stands there now cannot be read, so it may be written or not."
            raise TrafficUnknown(self._told(sent.trouble or lost, msg)) from lost
        return found

    def _judge(self, first: Standing, before: Standing, after: Standing, to: Weights, sent: "_Sent") -> None:
        """Raise what has to be said of the writes that led from *before* to *after*; none where it goes on."""
        goal, trouble = self._goal(after, to), sent.trouble
        if _at(after.parts, goal):
            return
        if not _between(after.parts, before.parts, goal):
            raise TrafficMoved(to, after.weights, written=True) from trouble
        nearer = after.parts != before.parts
        if trouble is None or (sent.confirmed and not nearer):
            msg = f"{self.place}: it took the write, and still tells {after.mixed or after.weights}."
            raise TrafficUnknown(self.context.redact(msg)) from trouble
        if nearer and not sent.final:
            return
        if after.parts != first.parts:
            msg = self._told(trouble, f"Only a part was written: {after.mixed}.")
            raise TrafficHalf(msg, after.weights) from trouble
        kind = TrafficRefused if isinstance(trouble, Refused) else TrafficBroken
        raise kind(self._told(trouble, _NOTHING)) from trouble

    def _told(self, error: Exception | None, what: str) -> str:
        """Say where *error* happened, and *what* that means for the traffic."""
        return self.context.redact(f"{self.place}: {str(error).rstrip('.')}. {what}")


@dataclass(frozen=True)
class _Sent:
    """What became of a series of writes."""

    #: So many were answered with a yes.
    confirmed: int
    ticket: str = ""
    #: What ended it early.
    trouble: Refused | Broken | None = None

    @property
    def final(self) -> bool:
        """The write that ended it was surely not done, and the next one would not be either."""
        trouble = self.trouble
        unsent = isinstance(trouble, AwsSilent) and not trouble.sent
        return unsent or isinstance(trouble, Refused | TrafficBroken)

    @property
    def nothing(self) -> bool:
        """Surely nothing was written at all."""
        return self.final and not self.confirmed


def _at(parts: Mapping[str, Weights], goal: Mapping[str, Weights]) -> bool:
    return all(part == goal[name] for name, part in parts.items())


def _between(
    parts: Mapping[str, Weights], before: Mapping[str, Weights], goal: Mapping[str, Weights]
) -> bool:
    """Tell whether every place says what was there before, or what it should."""
    return all(part in {before.get(name), goal[name]} for name, part in parts.items())
