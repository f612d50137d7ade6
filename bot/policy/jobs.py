"""What the runs of a scheduled job say: the last one ended well, none was done twice, none was missed.

A run belongs to the last moment at which its job was due. One that failed may be done again. Where no run was due
yet, or none has ended, nobody knows anything.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.cron import Line
from bot.domain.report import Verdict
from bot.policy.due import due, next_due

#: Clocks differ: a run may say that it began so long before it was due.
_EARLY = timedelta(seconds=30)


class JobRun(BaseModel):
    """One run, as the jobs themselves tell; what else they tell is theirs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job: str
    #: When it began.
    at: AwareDatetime
    #: `None` while it goes on.
    ok: bool | None


class Job(NamedTuple):
    """One job, and when it has to run."""

    name: str
    line: Line
    zone: ZoneInfo
    #: So late it may begin.
    within: timedelta


def judge(job: Job, runs: Sequence[JobRun], since: datetime, now: datetime) -> tuple[Verdict, str]:
    """Judge what *runs* say of *job* from *since* to *now*: the verdict, and a few words without a full stop."""
    own = sorted((run for run in runs if run.job == job.name and run.at >= since), key=lambda run: run.at)
    slots = _slots(job, own, since, now)
    if own and own[-1].ok is False:
        return Verdict.FAIL, f"{job.name} failed at {_at(own[-1].at)}"
    for moment, done in slots:
        if sum(run.ok is not False for run in done) > 1:
            return Verdict.FAIL, f"{job.name} ran twice for {_at(moment)}"
    for moment, done in slots:
        if not done and now >= moment + job.within:
            return Verdict.FAIL, f"{job.name} was missed at {_at(moment)}"
    if own and own[-1].ok is None:
        return Verdict.UNKNOWN, f"{job.name} runs since {_at(own[-1].at)}"
    ended = sum(bool(done) for _, done in slots)
    if not ended:
        return Verdict.UNKNOWN, _waiting(job, slots, since, now)
    return Verdict.PASS, f"{job.name} {ended}/{ended}, last at {_at(own[-1].at)}"


def _slots(
    job: Job, runs: Sequence[JobRun], since: datetime, now: datetime
) -> list[tuple[datetime, list[JobRun]]]:
    """Give each run to the moment that it was due at."""
    moments = list(due(job.line, job.zone, since, now + _EARLY))
    ends = [*(moment - _EARLY for moment in moments[1:]), None]
    return [
        (moment, [run for run in runs if moment - _EARLY <= run.at and (end is None or run.at < end)])
        for moment, end in zip(moments, ends, strict=False)
    ]


def _waiting(job: Job, slots: Sequence[object], since: datetime, now: datetime) -> str:
    coming = next_due(job.line, job.zone, now)
    then = f"next due {_at(coming)}" if coming else "not due within a year"
    if slots:
        return f"{job.name} is due but has not begun; {then}"
    return f"{job.name} was not due since {_at(since)}; {then}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('UTC')):%a %d %b %H:%M} UTC"
