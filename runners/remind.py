"""Reminds, once a run, those whose votes are waited for."""

from datetime import timedelta

from bot.domain.estate import Estate
from bot.domain.run import Run, StepName
from bot.journal import Journal
from bot.ports import Clock
from runners.tell import Narrator

#: How often it is looked whether somebody must be reminded.
LOOK = timedelta(seconds=15)


class Remind:
    """May be asked as often as one likes: a reminder has a key, and a key is said once."""

    def __init__(self, *, estate: Estate, journal: Journal, clock: Clock, tell: Narrator) -> None:
        """Look at open runs in *journal*."""
        self._estate = estate
        self._journal = journal
        self._clock = clock
        self._tell = tell
        self._reminded: set[int] = set()

    async def __call__(self) -> None:
        """Remind for every run that has waited long enough."""
        open_runs = await self._journal.open_runs()
        self._reminded &= {run.id for run in open_runs}
        for run in open_runs:
            if run.id not in self._reminded and self._due(run):
                await self._tell.remind(run.id)
                self._reminded.add(run.id)

    def _due(self, run: Run) -> bool:
        if run.stage is not StepName.APPROVE or run.expires_at is None:
            return False
        environment = self._estate.environments.get(run.environment)
        if environment is None:
            return False
        asked_at = run.expires_at - environment.approvals.expire
        # After a long sleep of the machine the time may be over, and nobody has noticed yet.
        return asked_at + environment.approvals.remind <= self._clock.now() < run.expires_at
