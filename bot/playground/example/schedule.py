"""The jobs of the example: started at fixed times, on the colour that has them."""

import asyncio
from collections import deque
from http import HTTPStatus
from typing import Any

from bot.playground.example.crossing import Crossing
from bot.ports import Clock

#: The service that nobody visits.
JOBS = "jobs"
#: What is run, and seconds from one run to the next; that of a real shop would be a day.
JOB = "nightly"
EVERY = 2.0
_KEPT = 200


class Schedule:
    """Starts the job on the active colour, and remembers how its runs ended."""

    def __init__(self, crossing: Crossing, clock: Clock) -> None:
        """Take what leads to the two stacks; nothing was run yet."""
        self._crossing = crossing
        self._clock = clock
        self._runs: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    @property
    def document(self) -> dict[str, Any]:
        """Every run of late, the oldest first."""
        return {"runs": list(self._runs)}

    async def keep(self) -> None:
        """Start each run at its time, until cancelled."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            await self.run()
            due += EVERY
            await asyncio.sleep(max(0.0, due - clock()))

    async def run(self) -> None:
        """Start one run where it belongs now, and wait for its end."""
        colour = self._crossing.spread.weights.active
        if colour is None:  # jobs always have one colour
            raise AssertionError
        at = self._clock.now()
        answer = await self._crossing.counted(colour, "POST", f"/jobs/{JOB}")
        ok = answer.status == HTTPStatus.OK
        self._runs.append({"job": JOB, "at": at.isoformat(), "ok": ok, "colour": colour.value})
