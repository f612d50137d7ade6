"""A clock that goes only where a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta


class FakeClock:
    """A `Clock` whose sleepers wake when time is moved over them, in order."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        """The time that the test has come to."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Come back when time has been moved so far."""
        future = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), self._count, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move time, stopping wherever somebody wants to wake."""
        end = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            until, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self._now = max(self._now, until)
                future.set_result(None)
                await settle()
        self._now = end
        await settle()


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(30):
        await asyncio.sleep(0)
