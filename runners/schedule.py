"""The only keeper of APScheduler: it tells time and starts work that may be started twice."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.errors import JournalBroken

log = logging.getLogger(__name__)

#: Something that changes nothing when it is done twice.
Work = Callable[[], Awaitable[None]]


class Schedule:
    """Forgets everything when the process ends, and is filled anew at each start."""

    def __init__(self) -> None:
        """Nothing is planned yet."""
        self._scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone="UTC")

    def every(self, pause: timedelta, name: str, work: Work) -> None:
        """Do *work* again and again, never twice at once; a failure is logged and the next time comes."""

        async def guarded() -> None:
            try:
                await work()
            except JournalBroken as error:
                log.warning("schedule.waits", extra={"work": name, "error": str(error)})
            except Exception:
                # One round that fails must not keep the next ones from coming.
                log.exception("schedule.failed", extra={"work": name})

        self._scheduler.add_job(
            guarded,
            IntervalTrigger(seconds=pause.total_seconds()),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tell time, on the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tell time no more."""
        self._scheduler.shutdown(wait=False)
