from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import cron
from bot.domain.report import Verdict
from bot.policy.jobs import Job, JobRun, judge

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
#: Every hour on the hour; a quarter of an hour late is not late.
HOURLY = Job("sync", cron.read("0 * * * *"), ZoneInfo("UTC"), timedelta(minutes=15))
DAY = datetime(2026, 11, 21, tzinfo=UTC)


def at(time: str) -> datetime:
    """A time of that day."""
    hours, minutes, *seconds = map(int, time.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))


def run(word: str) -> JobRun:
    """Read `10:00:03 ok`, `10:00 failed`, `10:00 runs`."""
    time, _, how = word.partition(" ")
    return JobRun(job="sync", at=at(time), ok={"ok": True, "failed": False, "runs": None}[how])


@pytest.mark.parametrize(
    ("runs", "now", "verdict", "told"),
    [
        pytest.param(["10:00:03 ok", "11:00 ok"], "11:30", PASS, "sync 2/2, last at Sat 21 Nov 11:00 UTC", id="all ran"),
        pytest.param(["09:59:50 ok", "10:59:45 ok"], "11:30", PASS, "sync 2/2, last at Sat 21 Nov 10:59 UTC", id="clocks differ"),
        pytest.param(["10:14 ok"], "10:20", PASS, "sync 1/1, last at Sat 21 Nov 10:14 UTC", id="late enough"),
        pytest.param(["10:00 ok"], "11:14", PASS, "sync 1/1, last at Sat 21 Nov 10:00 UTC", id="the next may still begin"),
        pytest.param(["10:00 failed", "10:05 ok"], "10:20", PASS, "sync 1/1, last at Sat 21 Nov 10:05 UTC", id="done again after it failed"),
        pytest.param(["10:00 ok", "11:00 failed"], "11:20", FAIL, "sync failed at Sat 21 Nov 11:00 UTC", id="the last failed"),
        pytest.param(["10:00 ok", "10:00:20 ok"], "10:20", FAIL, "sync ran twice for Sat 21 Nov 10:00 UTC", id="twice"),
        pytest.param(["10:00 ok", "10:40 runs"], "10:45", FAIL, "sync ran twice for Sat 21 Nov 10:00 UTC", id="runs for the second time"),
        pytest.param(["10:00 ok"], "11:15", FAIL, "sync was missed at Sat 21 Nov 11:00 UTC", id="the last was missed"),
        pytest.param(["11:00 ok"], "11:15", FAIL, "sync was missed at Sat 21 Nov 10:00 UTC", id="one before was missed"),
        pytest.param(["10:00 ok", "11:00 runs"], "11:15", UNKNOWN, "sync runs since Sat 21 Nov 11:00 UTC", id="it goes on"),
        pytest.param([], "09:50", UNKNOWN, "sync was not due since Sat 21 Nov 09:30 UTC; next due Sat 21 Nov 10:00 UTC", id="not due yet"),
        pytest.param([], "10:14", UNKNOWN, "sync is due but has not begun; next due Sat 21 Nov 11:00 UTC", id="due, not begun"),
        pytest.param(["09:00 failed", "09:00 ok", "10:00 ok"], "10:20", PASS, "sync 1/1, last at Sat 21 Nov 10:00 UTC", id="what was before is not judged"),
        pytest.param(["09:40 failed"], "09:50", FAIL, "sync failed at Sat 21 Nov 09:40 UTC", id="failed though not due"),
        pytest.param(["09:00 failed"], "09:50", UNKNOWN, "sync was not due since Sat 21 Nov 09:30 UTC; next due Sat 21 Nov 10:00 UTC", id="what failed before is another colour's"),
        pytest.param(["09:30 failed"], "09:50", FAIL, "sync failed at Sat 21 Nov 09:30 UTC", id="failed in the very moment"),
        pytest.param(["09:59:30 ok"], "09:59:31", PASS, "sync 1/1, last at Sat 21 Nov 09:59 UTC", id="as early as clocks may differ"),
        pytest.param(["09:59:29 ok"], "09:59:31", UNKNOWN, "sync is due but has not begun; next due Sat 21 Nov 10:00 UTC", id="earlier than that"),
        pytest.param(["10:00 ok", "10:59:30 ok"], "11:05", PASS, "sync 2/2, last at Sat 21 Nov 10:59 UTC", id="each of its own moment"),
        pytest.param(["10:00 ok", "10:59:29 ok"], "11:05", FAIL, "sync ran twice for Sat 21 Nov 10:00 UTC", id="a moment too early for the next"),
        pytest.param(["09:40 ok"], "09:50", UNKNOWN, "sync was not due since Sat 21 Nov 09:30 UTC; next due Sat 21 Nov 10:00 UTC", id="started by hand"),
    ],
)  # fmt: skip
def test_judge(runs: list[str], now: str, verdict: Verdict, told: str) -> None:
    """Since half past nine: the last run ended well, none was done twice, none was missed."""
    said = [run(word) for word in runs]
    others = [JobRun(job="other", at=at("10:00"), ok=False)]
    assert judge(HOURLY, [*others, *said], at("9:30"), at(now)) == (verdict, told)
    assert judge(HOURLY, [*reversed(said), *others], at("9:30"), at(now)) == (verdict, told)


def test_a_job_of_leap_years() -> None:
    """Where nobody would wait for it, no day is named."""
    leap = HOURLY._replace(line=cron.read("0 0 29 2 *"))
    assert judge(leap, [], at("9:30"), at("9:40")) == (
        UNKNOWN,
        "sync was not due since Sat 21 Nov 09:30 UTC; not due within a year",
    )
