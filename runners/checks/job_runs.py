"""Scheduled jobs tell of their runs, and they are as they should be.

They are asked for `{"runs": [{"job": "nightly", "at": "2026-11-21T02:00:03Z", "ok": true}, …]}`; `ok` is null while a
run goes on.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot import cron
from bot.domain.duration import Duration
from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from bot.domain.window import zone_fault
from bot.policy.jobs import Job, JobRun, judge
from runners import reach
from runners.checks import Check

_LARGEST = 1024 * 1024


def _line(written: str) -> str:
    cron.read(written)
    return written


def _zone(written: str) -> str:
    if zone_fault(written):
        msg = "is no time zone: write one like Europe/Berlin or UTC."
        raise ValueError(msg)
    return written


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    runs: tuple[JobRun, ...]


class JobRuns(Check):
    """Reads the document once; jobs that the estate does not name are not judged."""

    class Settings(CheckSettings):
        """Where runs are told of, and when which jobs have to run."""

        url: reach.Url
        #: A cron line of five fields for each job.
        jobs: Annotated[
            Mapping[Annotated[str, Field(min_length=1)], Annotated[str, AfterValidator(_line)]],
            Field(min_length=1),
        ]
        #: For the cron lines.
        timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
        #: So late a run may begin.
        within: Duration = timedelta(minutes=15)
        #: How far back is looked; what was before the change is never looked at.
        over: Duration = timedelta(days=1)
        #: Ask even link-local and metadata addresses, where clouds hand out credentials.
        allow_link_local: bool = False

    settings: Settings

    def _about(self) -> str:
        return f"{', '.join(self.settings.jobs)} at {reach.shown(self.settings.url)}"

    async def _ask(self) -> tuple[Verdict, str]:
        settings = self.settings
        answer = await reach.get(
            settings.url, settings.timeout, largest=_LARGEST, link_local=settings.allow_link_local
        )
        if isinstance(answer, reach.Silence):
            return Verdict.UNKNOWN, f"{answer.why}."
        if answer.status != 200:
            return Verdict.UNKNOWN, f"{answer.status} instead of 200."
        try:
            told = _Told.model_validate_json(answer.body)
        except ValidationError as error:
            at = ".".join(map(str, error.errors()[0]["loc"]))
            return Verdict.UNKNOWN, f"the runs cannot be read{f' at {at}' if at else ''}."
        now = self.context.clock.now()
        since = max(now - settings.over, self.context.since or now - settings.over)
        zone = ZoneInfo(settings.timezone)
        said = [
            judge(Job(name, cron.read(line), zone, settings.within), told.runs, since, now)
            for name, line in settings.jobs.items()
        ]
        verdicts = {verdict for verdict, _ in said}
        worst = next(v for v in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS) if v in verdicts)
        return worst, f"{'; '.join(words for verdict, words in said if verdict is worst)}."
