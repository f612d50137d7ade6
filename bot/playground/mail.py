"""Events on their way to the app: repeated until they are acknowledged, also after a restart."""

import asyncio
from collections.abc import Iterator

from bot.playground.delivery import Kind, Line, Retry
from bot.playground.diary import Diary
from bot.playground.things import Json

#: Seconds before the first, second and third repetition.
PAUSES = (0.0, 60.0, 300.0)


class Mail:
    """Takes an event and does what Slack does until the app has it, or three repetitions are used up."""

    def __init__(self, line: Line, diary: Diary, pause_factor: float) -> None:
        """Deliver over *line*; *pause_factor* stretches or shrinks the pauses."""
        self._line = line
        self._diary = diary
        self._factor = pause_factor
        self._left: dict[str, Json] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        for kind, value in diary.entries():
            if kind == "event":
                self._left[value["event_id"]] = value
            elif kind == "event_done":
                self._left.pop(value, None)

    def send(self, event: Json) -> None:
        """Deliver the wrapped *event*, in the background."""
        self._left[event["event_id"]] = event
        self._diary.write("event", event)
        self._begin(event, None)

    def resume(self) -> None:
        """Deliver what was not acknowledged before the last end, as soon as there is somebody."""
        for event in self._left.values():
            self._begin(event, Retry(attempt=1, reason="timeout"))

    def _begin(self, event: Json, retry: Retry | None) -> None:
        task = asyncio.create_task(self._carry(event, retry))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _carry(self, event: Json, retry: Retry | None) -> None:
        if retry:
            await self._line.open()
        answer = await self._line.deliver(Kind.EVENT, event, retry)
        for attempt, pause in self._repetitions(retry):
            if not answer.error or (answer.enough and answer.error == "dispatch_failed"):
                break
            await asyncio.sleep(pause * self._factor)
            answer = await self._line.deliver(Kind.EVENT, event, Retry(attempt=attempt, reason=answer.reason))
        self._left.pop(event["event_id"], None)
        self._diary.write("event_done", event["event_id"])

    @staticmethod
    def _repetitions(retry: Retry | None) -> Iterator[tuple[int, float]]:
        done = retry.attempt if retry else 0
        return ((number, pause) for number, pause in enumerate(PAUSES, start=1) if number > done)

    async def settled(self) -> None:
        """Come back when nothing is under way any more."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def close(self) -> None:
        """Stop; what is not acknowledged is delivered again next time."""
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
