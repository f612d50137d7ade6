"""Says what must be said: in order, within Slack's limits, and not before it is a row.

A message may appear twice where Slack took it and its answer was lost; it is never lost, and the
messages of one thread never change places.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.errors import JournalBroken, SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.message import Urgency
from bot.outbox import cure
from bot.outbox.delivery import Delivery
from bot.outbox.pace import Pace
from bot.ports import Clock, Post, Thread, Unsent

log = logging.getLogger(__name__)

#: Seconds between two looks at the rows when nobody wakes the worker: others write rows too.
POLL = 1.0
#: Rows of one look; doubled while there are more, so that a full channel hides nobody else's.
_LIMIT = 500
#: Deliveries at the same time.
_MOST_TASKS = 32
#: Seconds after which an unreachable Slack is tried again: first, and at most.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
#: Seconds after a success within which everybody who found Slack unreachable tries again.
_SOON = 5.0
#: Seconds between two tries where only a person can help.
_SLOW = 300.0
_TOKEN_PAUSE = 60.0
#: Refusals after which a message that is no alert is given up.
_MOST_REFUSALS = 5
#: A private answer that comes later than this answers nothing.
_ANSWER_LIFE = timedelta(minutes=10)
#: Seconds that messages in the air get to land when the worker is stopped.
_LANDING = 5.0


class Outbox:
    """The worker between rows and Slack."""

    def __init__(
        self,
        post: Post,
        thread: Thread,
        clock: Clock,
        *,
        pace: float = 1.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Send what *post* holds through *thread*; *pace* stretches all polite waiting, *chance* is in [0, 1)."""
        self._post = post
        self._clock = clock
        self._chance = chance
        self._pace = Pace(pace)
        self._delivery = Delivery(post, thread)
        self._bell = asyncio.Event()
        self._limit = _LIMIT
        self._tasks: dict[str, asyncio.Task[None]] = {}
        #: Until when a message, a lane or a method waits, by its name.
        self._holds: dict[str, datetime] = {}
        #: Lanes that found Slack unreachable, and how often in a row.
        self._misses: dict[str, int] = {}

    def wake(self) -> None:
        """Look at the rows now; something was added."""
        self._bell.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._bell.clear()
                try:
                    wait = await self._look()
                except JournalBroken as error:
                    log.warning("outbox.waits", extra={"error": str(error)})
                    wait = POLL
                except Exception:
                    # A database that stumbles must not end the worker.
                    log.exception("outbox.look_failed")
                    wait = POLL
                await self._pause(wait)
        finally:
            await self._land()

    async def _look(self) -> float:
        """Start every delivery that may start now; the seconds until the next look are the answer."""
        items = await self._post.unsent(self._limit)
        if len(items) >= self._limit:
            self._limit *= 2
            return 0.0
        if len(items) < _LIMIT:
            self._limit = _LIMIT
        now = self._clock.now()
        self._holds = {name: until for name, until in self._holds.items() if until > now}
        soonest = now + timedelta(seconds=POLL)
        for item in items:
            lane = _lane(item)
            if lane in self._tasks or len(self._tasks) >= _MOST_TASKS:
                continue
            ready = self._ready_at(item, lane, now)
            if ready > now:
                soonest = min(soonest, ready)
                continue
            self._tasks[lane] = asyncio.create_task(self._deliver(item, lane), name=f"outbox {lane}")
        return (soonest - now).total_seconds()

    def _ready_at(self, item: Unsent, lane: str, now: datetime) -> datetime:
        saying = item.saying
        method = self._delivery.method(item)
        names = (f"key {saying.key}", f"lane {lane}", f"method {method}")
        held = max(self._holds.get(name, now) for name in names)
        if method == "post":
            return max(held, self._pace.post_at(saying.channel, now))
        if method == "edit":
            jumps = saying.urgency < Urgency.PROGRESS
            return max(held, self._pace.edit_at(saying.channel, saying.key, now, jumps=jumps))
        return held

    async def _deliver(self, item: Unsent, lane: str) -> None:
        try:
            await self._attempt(item, lane)
        except JournalBroken as error:
            log.warning("outbox.waits", extra={"key": item.saying.key, "error": str(error)})
            self._hold(f"key {item.saying.key}", _backoff(item.attempts))
        except Exception:
            # One message that cannot be sent must not stop the others.
            log.exception("outbox.delivery_failed", extra={"key": item.saying.key})
            self._hold(f"key {item.saying.key}", _backoff(item.attempts))
        finally:
            self._tasks.pop(lane, None)
            self.wake()

    async def _attempt(self, item: Unsent, lane: str) -> None:
        method = self._delivery.method(item)
        if method == "answer" and self._clock.now() - item.at > _ANSWER_LIFE:
            await self._give_up(item, "too late to be an answer")
            return
        try:
            self._count(item, method)
            await self._delivery.message(item)
            if method != "answer":
                method = "upload"
            await self._delivery.files(item)
            self._reached(lane)
        except SlackThrottled as throttled:
            log.info("outbox.throttled", extra={"method": method, "seconds": throttled.seconds})
            self._hold(_way(method, lane), throttled.seconds)
        except SlackUnreachable as unreachable:
            self._missed(lane, str(unreachable))
        except SlackRefused as refused:
            await self._refused(item, lane, method, refused)

    def _count(self, item: Unsent, method: str) -> None:
        now = self._clock.now()
        if method == "post":
            self._pace.posted(item.saying.channel, item.saying.key, now)
        elif method == "edit":
            self._pace.edited(item.saying.channel, item.saying.key, now)

    async def _refused(self, item: Unsent, lane: str, method: str, refused: SlackRefused) -> None:
        key, alert = item.saying.key, item.saying.urgency is Urgency.ALERT
        remedy = cure.of(refused.code)
        about = {"key": key, "channel": item.saying.channel, "method": refused.method, "code": refused.code}
        if remedy is cure.Cure.WAIT:
            self._missed(lane, str(refused))
            return
        if remedy is cure.Cure.OPERATOR:
            log.error("outbox.token_refused", extra=about)
            self._hold(_way(method, lane), _TOKEN_PAUSE)
            return
        log.warning("outbox.refused", extra=about)
        gone = remedy is cure.Cure.GONE and method == "edit"
        tired = item.attempts + 1 >= _MOST_REFUSALS and not alert
        if gone or tired or (remedy is cure.Cure.PLAIN and not alert):
            await self._give_up(item, str(refused))
            return
        await self._post.failed(key, item.version, str(refused), give_up=False)
        slow = alert or (remedy is cure.Cure.PLACE and method != "answer")
        self._hold(f"key {key}", _SLOW if slow else _backoff(item.attempts))

    async def _give_up(self, item: Unsent, why: str) -> None:
        log.error("outbox.given_up", extra={"key": item.saying.key, "why": why})
        self._delivery.forget(item)
        await self._post.failed(item.saying.key, item.version, why, give_up=True)

    def _missed(self, lane: str, why: str) -> None:
        misses = self._misses.get(lane, 0)
        seconds = _backoff(misses) * (0.5 + self._chance() / 2)
        log.warning("outbox.unreachable", extra={"lane": lane, "seconds": round(seconds, 1), "why": why})
        self._misses[lane] = misses + 1
        self._hold(f"lane {lane}", seconds)

    def _reached(self, lane: str) -> None:
        """Slack answers again: nobody waits out a long pause any more."""
        self._misses.pop(lane, None)
        soon = self._clock.now() + timedelta(seconds=_SOON)
        for other in self._misses:
            name = f"lane {other}"
            self._holds[name] = min(self._holds.get(name, soon), soon)

    def _hold(self, name: str, seconds: float) -> None:
        self._holds[name] = self._clock.now() + timedelta(seconds=seconds)

    async def _pause(self, seconds: float) -> None:
        sleeping = asyncio.create_task(self._clock.sleep(seconds))
        ringing = asyncio.create_task(self._bell.wait())
        try:
            await asyncio.wait({sleeping, ringing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            ringing.cancel()

    async def _land(self) -> None:
        """Let what is in the air land: cut off now, it would be said twice after a restart."""
        flying = set(self._tasks.values())
        if not flying:
            return
        _, late = await asyncio.wait(flying, timeout=_LANDING)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _lane(item: Unsent) -> str:
    """Messages of one channel go one after another, and so do the private answers to one person."""
    person = item.saying.only_for
    return f"answers to {person}" if person is not None else item.saying.channel


def _way(method: str, lane: str) -> str:
    """What has to wait when Slack will not have *method*: private answers wait for nobody else's."""
    return f"lane {lane}" if method == "answer" else f"method {method}"


def _backoff(failures: int) -> float:
    return min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(failures, 10))
